import { Aws, CfnCondition, Fn, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Settings } from '#lib/settings/settings.ts';

/**
 * Two zones that have Fargate for arm64, in the regions where not every zone does. By their ids: which zone
 * `us-east-1a` is differs from account to account.
 */
const ZONES_OF_REGIONS: Readonly<Record<string, readonly [string, string]>> = {
  'us-east-1': ['use1-az1', 'use1-az2'],
  'us-west-1': ['usw1-az1', 'usw1-az3'],
  'ca-central-1': ['cac1-az1', 'cac1-az2'],
  'ap-northeast-1': ['apne1-az1', 'apne1-az4'],
  // The only one there, so both subnets are in it.
  'ap-northeast-3': ['apne3-az1', 'apne3-az1'],
};

/** The blocks of subnets whose zones no setting names. Those of zones 1 to 9 lie between them. */
const UNNAMED = [
  { id: 'first', position: 0, block: 0 },
  { id: 'second', position: 1, block: 15 },
] as const;

/**
 * Where one subnet of the stack's own VPC is; it has the name of a zone, or the id, or what decides it at deployment.
 */
export type FeedZone = {
  /** What the subnet is called in the stack. */
  readonly id: string;
  readonly cidrBlock: string;
  readonly availabilityZone?: string;
  readonly availabilityZoneId?: string;
};

/**
 * The zones that the settings name, or else two of the region: known ones where not every zone has what the task
 * needs, and the account's first two everywhere else. Which region it is, is known only when the template is deployed.
 *
 * A zone has the same id and the same addresses in whatever list it stands. So another list makes subnets and removes
 * some, and never moves one: CloudFormation makes a replacement first, which could not have the addresses yet.
 */
export function feedZones(scope: Construct, { ATOM_SYNC_FEED_ZONE_IDS: ids }: Settings): FeedZone[] {
  if (ids !== undefined) {
    return ids.map((zone) => ({
      id: zone,
      cidrBlock: cidrOf(Number(zone.at(-1))),
      availabilityZoneId: zone,
    }));
  }
  const regions = Object.entries(ZONES_OF_REGIONS).map(([region, zones]) => ({
    zones,
    condition: new CfnCondition(scope, `In-${region}`, {
      expression: Fn.conditionEquals(Aws.REGION, region),
    }),
  }));
  const known = new CfnCondition(scope, 'ZonesKnown', {
    expression: Fn.conditionOr(...regions.map(({ condition }) => condition)),
  });
  const ifElse = (condition: CfnCondition, yes: string, no: string) =>
    Token.asString(Fn.conditionIf(condition.logicalId, yes, no));
  return UNNAMED.map(({ id, position, block }) => ({
    id,
    cidrBlock: cidrOf(block),
    availabilityZone: ifElse(known, Aws.NO_VALUE, Fn.select(position, Fn.getAzs())),
    // Not a mapping: that fails for a region that it lacks, whether its value is used or not.
    availabilityZoneId: regions.reduceRight(
      (rest, { condition, zones }) => ifElse(condition, zones[position], rest),
      Aws.NO_VALUE,
    ),
  }));
}

/** One of the 16 blocks of the VPC's addresses: eleven of its 16 are the task's to choose from. */
function cidrOf(block: number): string {
  return `10.0.0.${block * 16}/28`;
}
