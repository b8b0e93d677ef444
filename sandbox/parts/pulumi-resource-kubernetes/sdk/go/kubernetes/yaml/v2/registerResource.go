// Package v2 stands where the SDK registers the resources of a component with their generated types.
package v2

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var errLeftOut = errors.New("this build of Pulumi's Kubernetes plugin is without the components kubernetes:yaml/v2:ConfigFile, " +
	"kubernetes:yaml/v2:ConfigGroup, kubernetes:kustomize/v2:Directory and kubernetes:helm.sh/v4:Chart: " +
	"use kubernetes:helm.sh/v3:Release or single resources, or put an official release of the plugin on PATH")

// RegisterResource refuses: every component registers its resources here.
func RegisterResource(_ *pulumi.Context, _, _, _ string, _ pulumi.Input, _ ...pulumi.ResourceOption) (pulumi.CustomResource, error) {
	return nil, errLeftOut
}
