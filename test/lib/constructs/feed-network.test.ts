import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { idOf, testTemplate } from '#test/lib/test-stack.ts';

const GIVEN = {
  ATOM_SYNC_VPC_ID: 'vpc-0123456789abcdef0',
  ATOM_SYNC_SUBNET_IDS: 'subnet-0123456789abcdef0, subnet-0123456789abcdef1',
};

describe('FeedNetwork', () => {
  const template = testTemplate();

  it('has two public subnets and no NAT gateway', () => {
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::Subnet', 2);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::InternetGateway', 1);
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp: 'ENABLED',
          Subnets: ['first', 'second'].map((name) => ({
            Ref: idOf(template, 'AWS::EC2::Subnet', `RealtimeFeedNetworkOwn${name}`),
          })),
        },
      },
    });
  });

  it('gives no address to what is put into the subnets later', () => {
    for (const subnet of Object.values(template.findResources('AWS::EC2::Subnet')))
      expect(subnet.Properties.MapPublicIpOnLaunch).toBe(false);
  });

  it('reaches the table by a gateway endpoint from both subnets', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.dynamodb']] },
      RouteTableIds: Object.keys(template.findResources('AWS::EC2::RouteTable')).map((Ref) => ({ Ref })),
    });
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 1);
  });

  it('lets nothing in and TLS out', () => {
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [
        Match.objectLike({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
      ],
    });
  });

  it('lets the feed out to a port of its own', () => {
    const other = testTemplate({ ATOM_SAAS_WS_URL: 'wss://feed.example.com:8443/ws' });
    other.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: [443, 8443].map((port) => Match.objectLike({ FromPort: port, ToPort: port })),
    });
  });

  it('keeps a log of its traffic', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', {
      ResourceId: { Ref: idOf(template, 'AWS::EC2::VPC', '') },
      TrafficType: 'ALL',
      LogGroupName: { Ref: idOf(template, 'AWS::Logs::LogGroup', 'RealtimeFeedNetworkOwnFlowLogs') },
    });
  });

  it('needs no function that may change security groups', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 0);
  });

  it.each([
    [{}, 'ENABLED'],
    [{ ATOM_SYNC_ASSIGN_PUBLIC_IP: 'false' }, 'DISABLED'],
  ])('uses a VPC that is there already, with %o', (env, AssignPublicIp) => {
    const given = testTemplate({ ...GIVEN, ...env });
    const types = Object.values<{ Type: string }>(given.toJSON().Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('AWS::EC2::'))).toEqual(['AWS::EC2::SecurityGroup']);
    given.hasResourceProperties('AWS::EC2::SecurityGroup', { VpcId: GIVEN.ATOM_SYNC_VPC_ID });
    given.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp,
          Subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
          SecurityGroups: [{ 'Fn::GetAtt': [idOf(given, 'AWS::EC2::SecurityGroup', ''), 'GroupId'] }],
        },
      },
    });
  });
});
