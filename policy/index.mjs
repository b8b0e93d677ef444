#!/usr/bin/env node
// What Pulumi loads. Plain JavaScript: Pulumi would give TypeScript to a compiler of its own, which knows no ES modules.
// Node runs the rest itself (type stripping, Node 22.18 or newer).
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./pack.ts";

new PolicyPack("kro-children", { policies: policies() });
