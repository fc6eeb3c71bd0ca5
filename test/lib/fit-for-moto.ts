import type { Template } from '#lib/synthesize.ts';
import { leaveOut } from './leave-out.ts';
import { MOTO_ACCOUNT, MOTO_REGION } from './moto-account.ts';

/**
 * The types that moto's CloudFormation makes, of those that the stack has or may come to have. What is not in here
 * is left out: moto would do so by itself, but stumbles over references to what it does not know.
 */
const MADE_BY_MOTO = new Set([
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECS::Cluster',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]);

/** A template that moto can deploy, and what it lost on the way. */
export type FittedTemplate = {
  readonly template: Template;
  /** Logical ids with their types. */
  readonly leftOut: ReadonlyMap<string, string>;
};

/**
 * Leaves out the types that moto's CloudFormation doesn't make, the parameter and the rule that ask for CDK's
 * bootstrapping, and whatever depends on them.
 *
 * @param known what stands where the template refers to a resource that was left out but made otherwise
 */
export function fitForMoto(template: Template, known: Readonly<Record<string, string>> = {}): FittedTemplate {
  const entries = Object.entries(template.Resources);
  const leftOut = new Map(
    entries.filter(([, { Type }]) => !MADE_BY_MOTO.has(Type)).map(([id, { Type }]) => [id, Type]),
  );
  const place = (id: string) => known[id] ?? `arn:aws:left-out:${MOTO_REGION}:${MOTO_ACCOUNT}:${id}`;
  const { Conditions, Resources, Outputs } = leaveOut(template, new Set(leftOut.keys()), place);
  return { template: { Conditions, Resources, Outputs }, leftOut };
}

/** `12 × AWS::ApiGatewayV2::Route, …` */
export function describeLeftOut(leftOut: FittedTemplate['leftOut']): string {
  const types = [...new Set(leftOut.values())].toSorted();
  const count = (type: string) => [...leftOut.values()].filter((one) => one === type).length;
  return types.map((type) => `${count(type)} × ${type}`).join(', ');
}
