// Command gensdk writes the SDKs that Pulumi generates of a package's schema: gensdk <schema.json> <folder>. It is what
// `pulumi package gen-sdk` does by the language hosts of Python and Go, which no registry has.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: gensdk <schema.json> <folder>"))
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

type language struct {
	name     string
	generate func(*schema.Package) (map[string][]byte, error)
}

var languages = []language{
	{"nodejs", func(pkg *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage("gensdk", pkg, nil, nil, true, nil)
	}},
	{"python", func(pkg *schema.Package) (map[string][]byte, error) {
		return python.GeneratePackage("gensdk", pkg, nil, nil)
	}},
	{"go", func(pkg *schema.Package) (map[string][]byte, error) {
		return golang.GeneratePackage("gensdk", pkg, nil)
	}},
}

// The package refers to no other one, and so nothing is ever loaded.
var noOthers = schema.NewPluginLoader(nil)

func generate(file, folder string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, each := range languages {
		// A package of its own for each: a generator changes what it is given.
		pkg, diagnostics, err := schema.BindSpec(spec, noOthers, schema.ValidationOptions{})
		if err != nil {
			return err
		}
		if diagnostics.HasErrors() {
			return diagnostics
		}
		// As `pulumi package add` does it: each SDK is a package of its own, with a manifest.
		pkg.SupportPack = true
		files, err := each.generate(pkg)
		if err != nil {
			return fmt.Errorf("%s: %w", each.name, err)
		}
		for path, content := range files {
			target := filepath.Join(folder, each.name, path)
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(target, content, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
