import { describe, expect, it } from 'vitest';
import { testTemplate } from '#test/lib/test-stack.ts';

type Value = unknown;
type Subnet = Readonly<Record<string, Value>>;

/** A value as CloudFormation would have it in a region, of whose zones it knows the first and the second. */
function evaluate(value: Value, region: string, conditions: Readonly<Record<string, Value>>): Value {
  const inner = (one: Value) => evaluate(one, region, conditions);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = []] = Object.entries(value);
  const list = argument as Value[];
  switch (name) {
    case 'Ref':
      return argument === 'AWS::Region' ? region : undefined;
    case 'Condition':
      return inner(conditions[String(argument)]);
    case 'Fn::Equals':
      return inner(list[0]) === inner(list[1]);
    case 'Fn::Or':
      return list.some(inner);
    case 'Fn::If':
      return inner(inner({ Condition: list[0] }) ? list[1] : list[2]);
    case 'Fn::Select':
      return `zone ${list[0]} of the account`;
  }
  throw new Error(`unknown function ${name}`);
}

/** Zone and addresses of each subnet, by its logical id, as they come out in a region. */
function subnetsIn(region: string, env: Record<string, string> = {}): Record<string, Subnet> {
  const template = testTemplate(env);
  const { Conditions = {} } = template.toJSON();
  return Object.fromEntries(
    Object.entries(template.findResources('AWS::EC2::Subnet')).map(([id, { Properties }]) => [
      id,
      {
        name: evaluate(Properties.AvailabilityZone, region, Conditions),
        id: evaluate(Properties.AvailabilityZoneId, region, Conditions),
        addresses: Properties.CidrBlock,
      },
    ]),
  );
}

const named = (ids: string) => subnetsIn('us-east-1', { ATOM_SYNC_FEED_ZONE_IDS: ids });

describe('feedZones', () => {
  it.each([
    ['us-east-1', 'use1-az1', 'use1-az2'],
    ['us-west-1', 'usw1-az1', 'usw1-az3'],
    ['ca-central-1', 'cac1-az1', 'cac1-az2'],
    ['ap-northeast-1', 'apne1-az1', 'apne1-az4'],
    ['ap-northeast-3', 'apne3-az1', 'apne3-az1'],
  ])('takes zones with Fargate on arm64 in %s', (region, first, second) => {
    expect(Object.values(subnetsIn(region))).toEqual([
      { id: first, name: undefined, addresses: '10.0.0.0/28' },
      { id: second, name: undefined, addresses: '10.0.0.240/28' },
    ]);
  });

  it.each(['eu-central-1', 'ap-southeast-7', 'a-region-to-come-1'])(
    "takes the account's first two zones in %s",
    (region) => {
      expect(Object.values(subnetsIn(region))).toEqual([
        { id: undefined, name: 'zone 0 of the account', addresses: '10.0.0.0/28' },
        { id: undefined, name: 'zone 1 of the account', addresses: '10.0.0.240/28' },
      ]);
    },
  );

  it('takes the zones that the settings name, two or three', () => {
    expect(Object.values(named('use1-az4,use1-az6'))).toEqual([
      { id: 'use1-az4', name: undefined, addresses: '10.0.0.64/28' },
      { id: 'use1-az6', name: undefined, addresses: '10.0.0.96/28' },
    ]);
    expect(Object.keys(named('use1-az2,use1-az4,use1-az6'))).toHaveLength(3);
  });

  it('leaves the subnet of a zone alone when others come or go', () => {
    const [before, after] = [named('use1-az1,use1-az2'), named('use1-az2,use1-az4')];
    const both = Object.keys(before).filter((id) => id in after);
    expect(both).toHaveLength(1);
    for (const id of both) expect(after[id]).toEqual(before[id]);
  });

  it('gives no addresses to two subnets, whether before or after a change', () => {
    const lists = ['use1-az1,use1-az2,use1-az3', 'use1-az4,use1-az5,use1-az6', 'use1-az7,use1-az8,use1-az9'];
    const all = [subnetsIn('us-east-1'), ...lists.map(named)].flatMap((made) => Object.values(made));
    expect(new Set(all.map(({ addresses }) => addresses)).size).toBe(11);
  });
});
