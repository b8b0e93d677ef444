import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import { CLONE } from "./packed.ts";

describe("the library's face", () => {
  it("has a docstring for each name that it hands out", function () {
    this.timeout(120_000);
    const file = join(CLONE, "packages/kro-preview/library.ts");
    const options = { module: ts.ModuleKind.NodeNext, allowImportingTsExtensions: true, noEmit: true, strict: true };
    const program = ts.createProgram([file], options);
    const checker = program.getTypeChecker();
    const all = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!);
    assert.ok(all.length > 20);
    const bare = all
      .map((symbol) => ({ name: symbol.name, declared: checker.getAliasedSymbol(symbol) }))
      .filter(({ declared }) => declared.getDocumentationComment(checker).length === 0);
    assert.deepEqual(
      bare.map(({ name }) => name),
      [],
    );
  });
});
