import { describe, expect, it } from 'vitest';
import { testTemplate } from '#test/lib/test-stack.ts';

describe('FeedVpc', () => {
  it("has the stack's name on each of its parts, so that an account's installations are told apart", () => {
    const { Resources } = testTemplate({ ATOM_SYNC_STACK_NAME: 'atom-eu' }).toJSON();
    const names = Object.entries<{ Type: string; Properties?: { Tags?: { Key: string; Value: string }[] } }>(
      Resources,
    )
      .filter(([, { Type }]) => Type.startsWith('AWS::EC2::'))
      .flatMap(([, { Properties }]) => Properties?.Tags ?? [])
      .filter(({ Key }) => Key === 'Name')
      .map(({ Value }) => Value);
    expect(names.length).toBeGreaterThanOrEqual(8);
    expect(new Set(names)).toEqual(new Set(['atom-eu-feed', 'atom-eu-feed-first', 'atom-eu-feed-second']));
  });

  it('takes one of the account’s VPCs, and one route to the internet for each subnet', () => {
    const template = testTemplate({ ATOM_SYNC_FEED_ZONE_IDS: 'use1-az1,use1-az2,use1-az4' });
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::InternetGateway', 1);
    const subnets = Object.keys(template.findResources('AWS::EC2::Subnet'));
    const associations = Object.values(template.findResources('AWS::EC2::SubnetRouteTableAssociation'));
    const routes = Object.values(template.findResources('AWS::EC2::Route'));
    expect(associations.map(({ Properties }) => Properties.SubnetId.Ref).toSorted()).toEqual(
      subnets.toSorted(),
    );
    expect(routes.map(({ Properties }) => Properties.RouteTableId).toSorted()).toEqual(
      associations.map(({ Properties }) => Properties.RouteTableId).toSorted(),
    );
    for (const { Properties, DependsOn } of routes) {
      expect(Properties).toMatchObject({ DestinationCidrBlock: '0.0.0.0/0', GatewayId: expect.anything() });
      expect(DependsOn).toEqual(Object.keys(template.findResources('AWS::EC2::VPCGatewayAttachment')));
    }
  });
});
