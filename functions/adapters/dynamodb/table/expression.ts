/** One part of a DynamoDB expression with the names and values that it speaks of. */
export type Expression = {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
};

/** What an update does. An attribute whose value is undefined is left as it is. */
export type Changes = {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  readonly add?: Readonly<Record<string, number | undefined>>;
  /** SET clauses that need a function, by the attribute's name; their values come with `values`. */
  readonly compute?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
};

/** Writes changes down as an update expression: `#name` and `:name` for the attribute `name`. */
function updateExpression({
  set = {},
  remove = [],
  add = {},
  compute = {},
  values = {},
}: Changes): Expression {
  const assigned = definedEntries(set);
  const added = definedEntries(add);
  const attributes = [...assigned, ...added].map(([name]) => name);
  const clauses = [
    clause('SET', [
      ...assigned.map(([name]) => `#${name} = :${name}`),
      ...Object.entries(compute).map(([name, formula]) => `#${name} = ${formula}`),
    ]),
    clause(
      'REMOVE',
      remove.map((name) => `#${name}`),
    ),
    clause(
      'ADD',
      added.map(([name]) => `#${name} :${name}`),
    ),
  ];
  return {
    text: clauses.filter((part) => part !== '').join(' '),
    names: namesOf([...attributes, ...remove, ...Object.keys(compute)]),
    values: { ...Object.fromEntries([...assigned, ...added].map(([n, v]) => [`:${n}`, v])), ...values },
  };
}

/** `#name` for each of these attributes. */
export function namesOf(attributes: readonly string[]): Record<string, string> {
  return Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
}

/** That there is no such item yet. */
export const IS_NEW: Expression = { text: 'attribute_not_exists(#pk)', names: { '#pk': 'pk' }, values: {} };

/** That an attribute has the value with which it was read. */
export function isStill(attribute: string, value: unknown): Expression {
  return { text: `#${attribute} = :read_`, names: namesOf([attribute]), values: { ':read_': value } };
}

/** All of these conditions, none of which has an OR. */
export function allOf(...conditions: readonly Expression[]): Expression {
  return {
    text: conditions.map(({ text }) => text).join(' AND '),
    names: Object.assign({}, ...conditions.map(({ names }) => names)),
    values: Object.assign({}, ...conditions.map(({ values }) => values)),
  };
}

/** The parameters of a conditional PutItem or DeleteItem. */
export function onlyIf(condition: Expression): {
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
} {
  return {
    ConditionExpression: condition.text,
    ExpressionAttributeNames: { ...condition.names },
    ...valuesOf(condition.values),
  };
}

/** The parameters of a conditional UpdateItem. */
export function updateIf(changes: Changes, condition?: Expression) {
  const update = updateExpression(changes);
  return {
    UpdateExpression: update.text,
    ...(condition ? { ConditionExpression: condition.text } : {}),
    ExpressionAttributeNames: { ...condition?.names, ...update.names },
    ...valuesOf({ ...condition?.values, ...update.values }),
  };
}

/** DynamoDB refuses an empty map of values. */
function valuesOf(values: Readonly<Record<string, unknown>>): {
  ExpressionAttributeValues?: Record<string, unknown>;
} {
  return Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: { ...values } };
}

function clause(word: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${word} ${parts.join(', ')}`;
}

function definedEntries<T>(record: Readonly<Record<string, T | undefined>>): [string, T][] {
  return Object.entries(record).filter((entry): entry is [string, T] => entry[1] !== undefined);
}
