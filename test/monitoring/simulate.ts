import type { Template } from 'aws-cdk-lib/assertions';
import { compositeAlarms, keyText, metricAlarms, metricsOf } from './alarms.ts';
import { stateOf } from './cloudwatch.ts';
import type { Datum } from './emf.ts';
import type { MathRules } from './metric-math.ts';

const MINUTE = 60_000;

type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** Somebody was told: an alarm began, or was over, so many minutes after the alarms were made. */
export type Mail = {
  readonly minute: number;
  readonly alarm: string;
  readonly state: State;
  /** The state that it came from. */
  readonly from: State;
};

/** When a value is there for CloudWatch to see, besides the time that it is of. */
export type Arrival = Datum & { readonly seenAt?: number };

/**
 * What the alarms of a template do from the minute in which they are made: each is without a state then, is evaluated
 * every minute on what has arrived, keeps its state where missing values are ignored, and tells by its actions that it
 * came to a state. Composite alarms follow their rules.
 */
export function simulate(
  template: Template,
  data: readonly Arrival[],
  { from, minutes, rules }: { readonly from: number; readonly minutes: number; readonly rules?: MathRules },
): Mail[] {
  const metric = metricAlarms(template);
  const composite = compositeAlarms(template);
  const nameOfId = namesById(template);
  const byKey = Map.groupBy(data, keyText);
  const ownData = new Map(
    [...metric].map(([name, alarm]) => {
      const keys = new Set(metricsOf(alarm).map(keyText));
      return [name, [...keys].flatMap((key) => byKey.get(key) ?? [])];
    }),
  );
  const states = new Map<string, State>(
    [...metric.keys(), ...composite.keys()].map((name) => [name, 'INSUFFICIENT_DATA']),
  );
  const mails: Mail[] = [];
  const enter = (minute: number, alarm: string, state: State, tells: readonly State[]) => {
    const before = states.get(alarm) ?? 'INSUFFICIENT_DATA';
    states.set(alarm, state);
    if (before !== state && tells.includes(state)) mails.push({ minute, alarm, state, from: before });
  };
  for (let minute = 0; minute <= minutes; minute += 1) {
    const at = from + minute * MINUTE;
    for (const [name, alarm] of metric) {
      const since = at - alarm.evaluationPeriods * alarm.periodSeconds * 1_000;
      const arrived =
        ownData.get(name)?.filter((one) => one.at > since && (one.seenAt ?? one.at) <= at) ?? [];
      const state = stateOf(alarm, arrived, at, rules);
      const tells = tellsOf(alarm.alarmActions, alarm.okActions);
      if (state !== 'as before') enter(minute, name, state, tells);
    }
    for (const [name, { AlarmRule, AlarmActions, OKActions }] of composite) {
      const isOn = holds(AlarmRule, nameOfId, states);
      enter(minute, name, isOn ? 'ALARM' : 'OK', tellsOf(AlarmActions, OKActions));
    }
  }
  return mails;
}

function tellsOf(alarm: readonly unknown[] = [], ok: readonly unknown[] = []): State[] {
  return [...(alarm.length > 0 ? (['ALARM'] as const) : []), ...(ok.length > 0 ? (['OK'] as const) : [])];
}

/** Names without the stack's, by the alarms' ids in the template. */
function namesById(template: Template): Map<string, string> {
  return new Map(
    Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => {
      const name: string = Properties.AlarmName;
      return [id, name.slice(name.lastIndexOf('-') + 1)];
    }),
  );
}

/** A rule of the form `(ALARM("…") AND OK("…"))`. @throws Error for any other */
function holds(
  rule: unknown,
  nameOfId: ReadonlyMap<string, string>,
  states: ReadonlyMap<string, State>,
): boolean {
  const parts = (rule as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
  const text = parts
    .map((part) =>
      typeof part === 'string'
        ? part
        : nameOfId.get((part as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0] ?? ''),
    )
    .join('');
  if (!/^\((?:(?:ALARM|OK)\("\w+"\)(?: AND )?)+\)$/.test(text))
    throw new Error(`The rule ${text} is not known.`);
  return [...text.matchAll(/(ALARM|OK)\("(\w+)"\)/g)].every(([, state, name]) => states.get(name!) === state);
}
