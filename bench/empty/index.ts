// All that `pulumi new` has of a program that declares nothing.
import "@pulumi/pulumi";
