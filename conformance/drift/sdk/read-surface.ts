import { join } from 'node:path';

import type ts from 'typescript';

import { ToolError } from '../../errors.ts';
import type { TypeField, TypeForm, TypeObject, TypeSurface } from './type-surface.ts';

/** The compiler's API, handed in because it is no dependency of the product. */
export type TypeScript = typeof ts;

export interface SurfaceRequest {
  readonly typescript: TypeScript;
  /** A folder in which `node_modules` has the package, and what its types import. */
  readonly folder: string;
  readonly package: string;
  readonly version: string;
  readonly roots: readonly { readonly name: string; readonly module: string }[];
}

/** More than the largest SDK has by two orders of magnitude; types that build ever new ones would never end. */
const mostObjects = 20_000;

const plain = (kind: 'string' | 'number' | 'boolean' | 'null' | 'unknown'): TypeForm => ({ kind });

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Without twins and in a steady order; both truth values are a boolean. */
const tidy = (forms: readonly TypeForm[]): readonly TypeForm[] => {
  const byText = new Map(forms.map((form) => [JSON.stringify(form), form]));
  const both = [true, false].map((value) => JSON.stringify({ kind: 'literal', value }));
  if (both.every((text) => byText.has(text))) {
    for (const text of both) byText.delete(text);
    byText.set(JSON.stringify(plain('boolean')), plain('boolean'));
  }
  return [...byText].sort(([a], [b]) => compare(a, b)).map(([, form]) => form);
};

/** A program of one file that never was on disk, in the folder from which the package is found. */
const programOf = ({ typescript, folder, roots }: SurfaceRequest) => {
  const file = join(folder, 'wireproof-roots.mts');
  const modules = [...new Set(roots.map(({ module }) => module))];
  const text = modules.map((module, index) => `import type * as m${index} from ${JSON.stringify(module)};`).join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: typescript.ScriptTarget.ES2023,
    module: typescript.ModuleKind.NodeNext,
    moduleResolution: typescript.ModuleResolutionKind.NodeNext,
  };
  const host = typescript.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (name) => name === file || disk.fileExists(name);
  host.readFile = (name) => (name === file ? text : disk.readFile(name));
  host.getSourceFile = (name, ...rest) =>
    name === file ? typescript.createSourceFile(name, text, typescript.ScriptTarget.ES2023) : disk.getSourceFile(name, ...rest);
  const program = typescript.createProgram({ rootNames: [file], options, host });
  return { program, source: program.getSourceFile(file), modules };
};

class Reader {
  readonly objects = new Map<string, TypeObject>();
  readonly #names = new Map<ts.Type, string>();
  readonly #taken = new Set<string>();
  readonly #waiting: (readonly [string, ts.Type])[] = [];
  readonly #typescript: TypeScript;
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  constructor(typescript: TypeScript, program: ts.Program) {
    this.#typescript = typescript;
    this.#program = program;
    this.#checker = program.getTypeChecker();
  }

  /** The forms of a type; objects that it names are read too. */
  read(type: ts.Type): readonly TypeForm[] {
    const forms = this.#formsOf(type);
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.objects.set(next[0], this.#objectOf(next[1]));
    }
    return forms;
  }

  #formsOf(type: ts.Type): readonly TypeForm[] {
    return tidy(type.isUnion() ? type.types.flatMap((each) => this.#formOf(each)) : this.#formOf(type));
  }

  #formOf(type: ts.Type): readonly TypeForm[] {
    const { TypeFlags } = this.#typescript;
    const is = (flags: ts.TypeFlags): boolean => (type.flags & flags) !== 0;
    if (is(TypeFlags.Undefined | TypeFlags.Void | TypeFlags.Never)) return [];
    if (type.isStringLiteral() || type.isNumberLiteral()) return [{ kind: 'literal', value: type.value }];
    if (is(TypeFlags.BooleanLiteral)) return [{ kind: 'literal', value: this.#checker.typeToString(type) === 'true' }];
    if (is(TypeFlags.StringLike)) return [plain('string')];
    if (is(TypeFlags.NumberLike | TypeFlags.BigIntLike)) return [plain('number')];
    if (is(TypeFlags.BooleanLike)) return [plain('boolean')];
    if (is(TypeFlags.Null)) return [plain('null')];
    if (type.isIntersection()) {
      // `string & {}` is how a closed list of texts is left open.
      const text = type.types.find((each) => (each.flags & TypeFlags.StringLike) !== 0);
      return text === undefined ? this.#structureOf(type) : this.#formOf(text);
    }
    return is(TypeFlags.Object) ? this.#structureOf(type) : [plain('unknown')];
  }

  #structureOf(type: ts.Type): readonly TypeForm[] {
    const checker = this.#checker;
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      const items = checker.getTypeArguments(type as ts.TypeReference).flatMap((each) => this.#formsOf(each));
      return [{ kind: 'array', of: tidy(items) }];
    }
    if (this.#isForeign(type)) return [{ kind: 'opaque', name: type.symbol.name }];
    const properties = checker.getPropertiesOfType(type);
    if (properties.length > 0) return [{ kind: 'object', name: this.#nameOf(type) }];
    if (type.getCallSignatures().length > 0) return [];
    const values = this.#restOf(type);
    return values === undefined ? [{ kind: 'object', name: this.#nameOf(type) }] : [{ kind: 'map', of: values }];
  }

  /** A class or interface of the language, or of Node's types. */
  #isForeign(type: ts.Type): boolean {
    const { ClassOrInterface } = this.#typescript.ObjectFlags;
    if (!type.isClassOrInterface() && ((type as ts.TypeReference).target?.objectFlags & ClassOrInterface) === 0) return false;
    const file = type.symbol?.declarations?.[0]?.getSourceFile();
    if (file === undefined || type.symbol.name.startsWith('__')) return false;
    return this.#program.isSourceFileDefaultLibrary(file) || file.fileName.includes('/node_modules/@types/');
  }

  #nameOf(type: ts.Type): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    if (this.#names.size >= mostObjects) {
      throw new ToolError('package-missing', `the types name more than ${mostObjects} objects`, { hint: 'tell us which version it was' });
    }
    const symbol = type.aliasSymbol ?? type.symbol;
    const full = symbol === undefined ? 'object' : this.#checker.getFullyQualifiedName(symbol).replace(/^"[^"]*"\./, '');
    const base = full.includes('__type') || full.includes('__object') ? 'object' : full;
    let name = base;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base}#${count}`;
    this.#taken.add(name);
    this.#names.set(type, name);
    this.#waiting.push([name, type]);
    return name;
  }

  #restOf(type: ts.Type): readonly TypeForm[] | undefined {
    const [info] = this.#checker.getIndexInfosOfType(type);
    return info === undefined ? undefined : this.#formsOf(info.type);
  }

  #objectOf(type: ts.Type): TypeObject {
    const rest = this.#restOf(type);
    const fields = this.#checker.getPropertiesOfType(type).flatMap((property) => {
      const field = this.#fieldOf(property);
      return field === undefined ? [] : [[property.name, field] as const];
    });
    return {
      fields: Object.fromEntries(fields.sort(([a], [b]) => compare(a, b))),
      ...(rest !== undefined && { rest }),
    };
  }

  /** `undefined` for what no wire has: methods, accessors, private parts. */
  #fieldOf(property: ts.Symbol): TypeField | undefined {
    const { SymbolFlags, ModifierFlags, TypeFlags } = this.#typescript;
    if ((property.flags & (SymbolFlags.Method | SymbolFlags.Accessor)) !== 0) return undefined;
    const declared = property.declarations?.[0];
    const modifiers = declared === undefined ? 0 : this.#typescript.getCombinedModifierFlags(declared);
    if ((modifiers & (ModifierFlags.Private | ModifierFlags.Protected | ModifierFlags.Static)) !== 0) return undefined;
    const type = this.#checker.getTypeOfSymbol(property);
    const forms = this.#formsOf(type);
    if (forms.length === 0 && (type.flags & TypeFlags.Never) === 0 && type.getCallSignatures().length > 0) return undefined;
    const maybeUndefined = type.isUnion() && type.types.some((each) => (each.flags & TypeFlags.Undefined) !== 0);
    return {
      optional: (property.flags & SymbolFlags.Optional) !== 0 || maybeUndefined,
      ...(property.getJsDocTags(this.#checker).some(({ name }) => name === 'deprecated') && { deprecated: true as const }),
      forms,
    };
  }
}

/**
 * Reads what a package's `.d.ts` files say of the roots. Nothing of the package is run.
 * @throws ToolError `package-missing` when none of the modules that export the roots has types there
 */
export const readSurface = (request: SurfaceRequest): TypeSurface => {
  const { program, source, modules } = programOf(request);
  const checker = program.getTypeChecker();
  const reader = new Reader(request.typescript, program);
  const roots: Record<string, readonly TypeForm[]> = {};
  const exportsOf = (module: string): readonly ts.Symbol[] => {
    const statement = source?.statements[modules.indexOf(module)];
    if (statement === undefined || !request.typescript.isImportDeclaration(statement)) return [];
    const symbol = checker.getSymbolAtLocation(statement.moduleSpecifier);
    return symbol === undefined ? [] : checker.getExportsOfModule(symbol);
  };
  for (const { name, module } of request.roots) {
    const found = exportsOf(module).find((each) => each.name === name);
    if (found !== undefined) roots[name] = reader.read(checker.getDeclaredTypeOfSymbol(aliased(request.typescript, checker, found)));
  }
  if (Object.keys(roots).length === 0) {
    throw new ToolError('package-missing', `${request.package}@${request.version} has none of the types that are watched`, {
      problems: [{ where: modules.join(', '), expected: request.roots.map(({ name }) => name).join(', '), actual: 'no such types' }],
      hint: 'the version may be older than these types',
    });
  }
  return {
    schema: 'wireproof.type-surface/v1',
    package: request.package,
    version: request.version,
    roots,
    objects: Object.fromEntries([...reader.objects].sort(([a], [b]) => compare(a, b))),
  };
};

const aliased = (typescript: TypeScript, checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  (symbol.flags & typescript.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
