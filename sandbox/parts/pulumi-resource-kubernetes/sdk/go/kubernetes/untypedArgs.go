// Package kubernetes is the part of Pulumi's Kubernetes SDK for Go that the Kubernetes plugin needs when it is built
// without its component resources (yaml/v2, Helm v4, Kustomize v2). The whole SDK is 28 MB of generated types, which
// take longer to compile than the plugin.
package kubernetes

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// UntypedArgs are the inputs of a resource as a plain map.
type UntypedArgs map[string]any

// ElementType is that of the map.
func (UntypedArgs) ElementType() reflect.Type {
	return reflect.TypeFor[map[string]any]()
}

// ToMapOutput makes it a pulumi.Input.
func (args UntypedArgs) ToMapOutput() pulumi.MapOutput {
	return args.ToMapOutputWithContext(context.Background())
}

// ToMapOutputWithContext makes it a pulumi.Input.
func (args UntypedArgs) ToMapOutputWithContext(ctx context.Context) pulumi.MapOutput {
	return pulumi.ToMap(args).ToMapOutputWithContext(ctx)
}
