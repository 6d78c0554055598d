import { LocalError } from '../errors.ts';
import { isObject, type JsonObject, listOf, objectOf } from '../json.ts';

/** One resource of the template, with unresolved properties. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
}

/** Values that the resolver needs from outside. */
export interface TemplateOptions {
  /** `AWS::Region`, `AWS::AccountId`, ... */
  readonly pseudoParameters: Readonly<Record<string, string>>;
  /** The value of `Ref` (no attribute) or `Fn::GetAtt` for a resource. */
  readonly attribute: (resource: Resource, attribute: string | undefined) => unknown;
  /** A final transformation of every resolved text. @default none */
  readonly rewrite?: (text: string) => string;
}

const NO_VALUE = 'AWS::NoValue';

/** A CloudFormation template. Intrinsics are resolved on demand, so that only the values in use must be known. */
export class Template {
  /** The resources whose condition holds, by logical id. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly #document: JsonObject;
  readonly #options: TemplateOptions;

  constructor(document: JsonObject, options: TemplateOptions) {
    this.#document = document;
    this.#options = options;
    const resources = new Map<string, Resource>();
    for (const [id, value] of Object.entries(objectOf(document.Resources))) {
      const { Type, Properties, DependsOn, Condition } = objectOf(value);
      if (Condition !== undefined && !this.#condition(String(Condition))) continue;
      const dependsOn = typeof DependsOn === 'string' ? [DependsOn] : listOf(DependsOn).map(String);
      resources.set(id, { id, type: String(Type), properties: objectOf(Properties), dependsOn });
    }
    this.resources = resources;
  }

  /** The resource with that logical id. */
  resource(id: string): Resource {
    const resource = this.resources.get(id);
    if (resource === undefined) throw new LocalError(`the template has no resource ${id}`);
    return resource;
  }

  /** All resources of these types, in the template's order. */
  ofType(...types: readonly string[]): readonly Resource[] {
    return [...this.resources.values()].filter((resource) => types.includes(resource.type));
  }

  /** One property of a resource, resolved; undefined when absent. */
  property(resource: Resource, name: string): unknown {
    try {
      return this.resolve(resource.properties[name]);
    } catch (error) {
      if (error instanceof LocalError) throw new LocalError(`${resource.id}.${name}: ${error.message}`);
      throw error;
    }
  }

  /** The value with every intrinsic resolved; members that are `AWS::NoValue` are removed. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.resolve(entry)).filter((entry) => entry !== undefined);
    if (!isObject(value)) return value;
    const keys = Object.keys(value);
    const [only] = keys;
    if (
      keys.length === 1 &&
      only !== undefined &&
      (only === 'Ref' || only === 'Condition' || only.startsWith('Fn::'))
    ) {
      return this.#intrinsic(only, value[only]);
    }
    const members = Object.entries(value).map(([key, member]) => [key, this.resolve(member)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== undefined));
  }

  /** The logical ids that a value refers to, in any intrinsic. */
  references(value: unknown): ReadonlySet<string> {
    const found = new Set<string>();
    const visit = (part: unknown): void => {
      if (Array.isArray(part)) for (const entry of part) visit(entry);
      if (!isObject(part)) return;
      if (typeof part.Ref === 'string') found.add(part.Ref);
      const attribute = part['Fn::GetAtt'];
      if (attribute !== undefined)
        found.add(String(Array.isArray(attribute) ? attribute[0] : attribute).split('.')[0] ?? '');
      const sub = part['Fn::Sub'];
      const format = String(Array.isArray(sub) ? sub[0] : (sub ?? ''));
      for (const [, name = ''] of format.matchAll(/\$\{([^!}]+)\}/g)) found.add(name.split('.')[0] ?? '');
      for (const member of Object.values(part)) visit(member);
    };
    visit(value);
    return new Set([...found].filter((id) => this.resources.has(id)));
  }

  #intrinsic(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument));
      case 'Fn::GetAtt': {
        const [id = '', ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
        return this.#getAtt(id, path.join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = listOf(argument);
        return this.#text(listOf(this.resolve(parts)).map(String).join(String(separator)));
      }
      case 'Fn::Sub':
        return this.#sub(argument);
      case 'Fn::Select': {
        const [index, choices] = listOf(argument);
        const chosen = listOf(this.resolve(choices))[Number(this.resolve(index))];
        if (chosen === undefined) throw new LocalError(`Fn::Select has no entry ${String(index)}`);
        return chosen;
      }
      case 'Fn::Split': {
        const [separator, text] = listOf(argument);
        return String(this.resolve(text)).split(String(separator));
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = listOf(argument).map((part) => String(this.resolve(part)));
        const found = objectOf(objectOf(objectOf(this.#document.Mappings)[map ?? ''])[first ?? ''])[second ?? ''];
        if (found === undefined) throw new LocalError(`the template has no mapping for ${map}.${first}.${second}`);
        return found;
      }
      case 'Fn::If': {
        const [condition, whenTrue, whenFalse] = listOf(argument);
        return this.resolve(this.#condition(String(condition)) ? whenTrue : whenFalse);
      }
      case 'Condition':
        return this.#condition(String(argument));
      case 'Fn::Equals': {
        const [left, right] = listOf(argument);
        return JSON.stringify(this.resolve(left)) === JSON.stringify(this.resolve(right));
      }
      case 'Fn::Not':
        return this.resolve(listOf(argument)[0]) !== true;
      case 'Fn::And':
        return listOf(argument).every((part) => this.resolve(part) === true);
      case 'Fn::Or':
        return listOf(argument).some((part) => this.resolve(part) === true);
      default:
        throw new LocalError(`the local run does not support the intrinsic ${name}`);
    }
  }

  #ref(name: string): unknown {
    if (name === NO_VALUE) return undefined;
    const pseudo = this.#options.pseudoParameters[name];
    if (pseudo !== undefined) return pseudo;
    const parameter = objectOf(this.#document.Parameters)[name];
    if (parameter !== undefined) {
      const value = objectOf(parameter).Default;
      if (value === undefined) throw new LocalError(`the template parameter ${name} has no default`);
      return value;
    }
    return this.#options.attribute(this.resource(name), undefined);
  }

  #getAtt(id: string, attribute: string): unknown {
    return this.#options.attribute(this.resource(id), attribute);
  }

  #sub(argument: unknown): string {
    const [format, variables] = Array.isArray(argument) ? argument : [argument, {}];
    const text = String(format).replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      const own = objectOf(variables)[name];
      if (own !== undefined) return String(this.resolve(own));
      const [id = '', ...path] = name.split('.');
      return String(path.length === 0 ? this.#ref(name) : this.#getAtt(id, path.join('.')));
    });
    return this.#text(text);
  }

  #condition(name: string): boolean {
    const condition = objectOf(this.#document.Conditions)[name];
    if (condition === undefined) throw new LocalError(`the template has no condition ${name}`);
    return this.resolve(condition) === true;
  }

  #text(text: string): string {
    return this.#options.rewrite?.(text) ?? text;
  }
}
