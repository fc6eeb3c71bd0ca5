/** A value for each period; undefined where there is none. */
export type Series = readonly (number | undefined)[];

type Value = Series | number | readonly Series[];

/** Where CloudWatch's documentation leaves open what happens. */
export type MathRules = {
  /** Whether FILL makes values of a metric that has none at all in the time that is looked at. */
  readonly fillsEmpty: boolean;
};

/**
 * As much of CloudWatch's metric math as the alarms use: FILL, SUM, IF, arithmetic and comparison. By its rules a
 * missing value counts as 0 beside one that is there, and what would be divided by 0 is dropped.
 *
 * @throws Error for anything else, so that no alarm is judged by what nobody wrote down
 */
export function evaluate(
  expression: string,
  seriesOf: (id: string) => Series,
  rules: MathRules = { fillsEmpty: true },
): Series {
  const tokens = expression.match(/[A-Za-z]\w*|\d+(?:\.\d+)?|>=|[-+*/(),[\]]/g) ?? [];
  if (tokens.join('') !== expression.replaceAll(' ', '')) throw new Error(`Can't read ${expression}.`);
  let next = 0;
  const take = (wanted?: string): string => {
    const token = tokens[next];
    if (token === undefined || (wanted !== undefined && token !== wanted)) {
      throw new Error(`${expression}: ${wanted ?? 'more'} was expected, not ${token}.`);
    }
    next += 1;
    return token;
  };

  const binary = (operators: readonly string[], operand: () => Value) => () => {
    let left = operand();
    while (operators.includes(tokens[next] ?? '')) left = combine(take(), left, operand());
    return left;
  };
  const argumentsOf = (): Value[] => {
    const all = [comparison()];
    while (tokens[next] === ',') {
      take(',');
      all.push(comparison());
    }
    return all;
  };
  const primary = (): Value => {
    const token = take();
    if (/^\d/.test(token)) return Number(token);
    if (token === '(' || token === '[') {
      const inner = argumentsOf();
      take(token === '(' ? ')' : ']');
      return token === '(' ? inner[0]! : (inner as Series[]);
    }
    if (tokens[next] !== '(') return seriesOf(token);
    take('(');
    const given = argumentsOf();
    take(')');
    return apply(token, given, rules);
  };
  const product = binary(['*', '/'], primary);
  const sum = binary(['+', '-'], product);
  const comparison: () => Value = binary(['>='], sum);

  const result = comparison();
  if (next < tokens.length) throw new Error(`${expression}: ${tokens[next]} is too much.`);
  return result as Series;
}

function apply(name: string, given: readonly Value[], { fillsEmpty }: MathRules): Series {
  if (name === 'FILL') {
    const [series, fill] = given as [Series, number];
    const isEmpty = series.every((value) => value === undefined);
    return isEmpty && !fillsEmpty ? series : series.map((value) => value ?? fill);
  }
  if (name === 'SUM') return (given[0] as readonly Series[]).reduce((a, b) => combine('+', a, b) as Series);
  if (name === 'IF') {
    const [condition, yes, no] = given as [Series, Value, Value];
    return condition.map((value, index) =>
      value === undefined ? undefined : at(value === 0 ? no : yes, index),
    );
  }
  throw new Error(`${name} is not known here.`);
}

function at(value: Value, index: number): number | undefined {
  return typeof value === 'number' ? value : (value as Series)[index];
}

function combine(operator: string, left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number')
    return calculate(operator, left, right) ?? Number.NaN;
  const length = (typeof left === 'number' ? (right as Series) : (left as Series)).length;
  return Array.from({ length }, (_, index) => {
    const [a, b] = [at(left, index), at(right, index)];
    // A constant alone makes no value where the series beside it has none.
    if ((a === undefined || typeof left === 'number') && (b === undefined || typeof right === 'number')) {
      return undefined;
    }
    return calculate(operator, a ?? 0, b ?? 0);
  });
}

function calculate(operator: string, a: number, b: number): number | undefined {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (operator === '>=') return a >= b ? 1 : 0;
  return b === 0 ? undefined : a / b;
}
