import type { Template } from '#lib/synthesize.ts';
import { TemplateError } from '#local/errors.ts';

/** What the template's pseudo parameters stand for. */
export type Pseudo = { readonly region: string; readonly accountId: string; readonly stackName: string };

/** Tells what a resource is called here; the resolver knows the grammar, this knows the services. */
export type References = {
  /** The value of `Ref`; `undefined` when the resource has none here. */
  ref(logicalId: string): string | undefined;
  /** The value of `Fn::GetAtt`; `undefined` when the attribute is not known here. */
  attribute(logicalId: string, name: string): string | undefined;
};

/** Resolves CloudFormation's intrinsic functions. */
export type Resolver = {
  /**
   * The value with every intrinsic function carried out.
   *
   * @param where the resource (or output) that holds the value, for messages.
   * @throws TemplateError naming `where` for an intrinsic, a resource or an attribute that isn't known.
   */
  resolve(value: unknown, where: string): unknown;
};

type Context = {
  readonly template: TemplateWithConditions;
  readonly pseudo: Pseudo;
  readonly references: References;
  readonly where: string;
};
type TemplateWithConditions = Template & {
  readonly Parameters?: Record<string, { readonly Default?: unknown }>;
  readonly Mappings?: Record<string, Record<string, Record<string, unknown>>>;
};

/** Stands for `AWS::NoValue`: the property or list item that holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

/** Makes the resolver of one template. */
export function createResolver(template: Template, pseudo: Pseudo, references: References): Resolver {
  return {
    resolve: (value, where) => {
      const resolved = resolve(value, { template, pseudo, references, where });
      return resolved === NO_VALUE ? undefined : resolved;
    },
  };
}

function resolve(value: unknown, context: Context): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolve(item, context)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && isIntrinsic(first[0])) {
    return runIntrinsic(first[0], first[1], context);
  }
  const resolved = entries.map(([key, item]): [string, unknown] => [key, resolve(item, context)]);
  return Object.fromEntries(resolved.filter(([, item]) => item !== NO_VALUE));
}

function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');
}

function runIntrinsic(name: string, argument: unknown, context: Context): unknown {
  const intrinsic = INTRINSICS[name];
  if (intrinsic === undefined)
    throw new TemplateError(`${context.where} uses ${name}, which npm start doesn't know.`);
  return intrinsic(argument, context);
}

const INTRINSICS: Record<string, (argument: unknown, context: Context) => unknown> = {
  Ref: (argument, context) => refer(String(argument), context),
  Condition: (argument, context) => isTrue(String(argument), context),
  'Fn::GetAtt': (argument, context) => {
    const [id, ...names] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
    return getAttribute(id ?? '', names.join('.'), context);
  },
  'Fn::Join': (argument, context) => {
    const [separator, items] = list(argument, 2, 'Fn::Join', context);
    return (resolve(items, context) as unknown[]).map(String).join(String(separator));
  },
  'Fn::Sub': (argument, context) => substitute(argument, context),
  'Fn::Select': (argument, context) => {
    const [index, items] = list(argument, 2, 'Fn::Select', context);
    return (resolve(items, context) as unknown[])[Number(resolve(index, context))];
  },
  'Fn::Split': (argument, context) => {
    const [separator, text] = list(argument, 2, 'Fn::Split', context);
    return String(resolve(text, context)).split(String(separator));
  },
  'Fn::If': (argument, context) => {
    const [condition, yes, no] = list(argument, 3, 'Fn::If', context);
    return resolve(isTrue(String(condition), context) ? yes : no, context);
  },
  'Fn::Equals': (argument, context) => {
    const [left, right] = list(argument, 2, 'Fn::Equals', context);
    return JSON.stringify(resolve(left, context)) === JSON.stringify(resolve(right, context));
  },
  'Fn::And': (argument, context) => (resolve(argument, context) as unknown[]).every(Boolean),
  'Fn::Or': (argument, context) => (resolve(argument, context) as unknown[]).some(Boolean),
  'Fn::Not': (argument, context) => !(resolve(argument, context) as unknown[])[0],
  'Fn::FindInMap': (argument, context) => {
    const [map, key, inner] = (resolve(argument, context) as unknown[]).map(String);
    const found = context.template.Mappings?.[map ?? '']?.[key ?? '']?.[inner ?? ''];
    if (found === undefined)
      throw new TemplateError(`${context.where} looks for ${map}/${key}/${inner}: no such mapping.`);
    return found;
  },
  'Fn::Base64': (argument, context) => Buffer.from(String(resolve(argument, context))).toString('base64'),
};

function refer(id: string, context: Context): unknown {
  const { pseudo, template } = context;
  switch (id) {
    case 'AWS::Region':
      return pseudo.region;
    case 'AWS::AccountId':
      return pseudo.accountId;
    case 'AWS::StackName':
      return pseudo.stackName;
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${pseudo.region}:${pseudo.accountId}:stack/${pseudo.stackName}/local`;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::NoValue':
      return NO_VALUE;
  }
  const parameter = template.Parameters?.[id];
  if (parameter !== undefined) return parameter.Default;
  requireResource(id, context);
  const value = context.references.ref(id);
  if (value === undefined) throw unknown(`Ref to ${id}`, id, context);
  return value;
}

function getAttribute(id: string, name: string, context: Context): string {
  requireResource(id, context);
  const value = context.references.attribute(id, name);
  if (value === undefined) throw unknown(`attribute ${name} of ${id}`, id, context);
  return value;
}

function substitute(argument: unknown, context: Context): string {
  const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
  const values = resolve(given, context) as Record<string, unknown>;
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    if (name in values) return String(values[name]);
    const [id, ...rest] = name.trim().split('.');
    return String(
      rest.length > 0 ? getAttribute(id ?? '', rest.join('.'), context) : refer(id ?? '', context),
    );
  });
}

function isTrue(name: string, context: Context): boolean {
  const condition = context.template.Conditions?.[name];
  if (condition === undefined)
    throw new TemplateError(`${context.where} asks for the condition ${name}: there is none.`);
  return resolve(condition, context) === true;
}

function list(argument: unknown, length: number, name: string, context: Context): unknown[] {
  if (Array.isArray(argument) && argument.length === length) return argument;
  throw new TemplateError(`${context.where} uses ${name} with other than ${length} arguments.`);
}

function requireResource(id: string, context: Context): void {
  if (context.template.Resources[id] === undefined) {
    throw new TemplateError(`${context.where} refers to ${id}, which the template doesn't have.`);
  }
}

function unknown(what: string, id: string, context: Context): TemplateError {
  const type = context.template.Resources[id]?.Type;
  return new TemplateError(`${context.where} needs the ${what} (${type}), which npm start doesn't know.`);
}
