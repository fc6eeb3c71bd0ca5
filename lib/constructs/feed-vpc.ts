import {
  CfnInternetGateway,
  type CfnSubnet,
  CfnVPCGatewayAttachment,
  FlowLogDestination,
  FlowLogMaxAggregationInterval,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  PublicSubnet,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Tags, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from '#lib/settings/settings.ts';
import { type FeedZone, feedZones } from './feed-zones.ts';
import { KeptLogGroup } from './kept-log-group.ts';

/**
 * A VPC for the feed's task alone: public subnets, a way out to the internet and one to DynamoDB, a log of its
 * traffic.
 */
export class FeedVpc extends Construct {
  readonly vpc: Vpc;
  readonly subnets: readonly PublicSubnet[];

  constructor(scope: Construct, id: string, { settings }: { readonly settings: Settings }) {
    super(scope, id);
    const name = `${settings.ATOM_SYNC_STACK_NAME}-feed`;
    this.vpc = new Vpc(this, 'Vpc', {
      vpcName: name,
      ipAddresses: IpAddresses.cidr('10.0.0.0/24'),
      natGateways: 0,
      // Ours are made below: the CDK knows zones by their names only.
      subnetConfiguration: [],
      // Emptying the default group takes a function that may change security groups; nothing is ever in that group.
      restrictDefaultSecurityGroup: false,
    });
    this.subnets = this.createSubnets(feedZones(this, settings));
    this.vpc.addGatewayEndpoint('DynamoDb', {
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [{ subnets: [...this.subnets] }],
    });
    const flowLog = this.vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new KeptLogGroup(this, 'FlowLogs', { settings, explainsFailures: true }),
      ),
      maxAggregationInterval: FlowLogMaxAggregationInterval.TEN_MINUTES,
    });
    // By their names an account's installations are told apart; the CDK's own are the same for all of them.
    for (const part of [this, flowLog]) Tags.of(part).add('Name', name);
    for (const subnet of this.subnets) Tags.of(subnet).add('Name', `${name}-${subnet.node.id}`);
  }

  private createSubnets(zones: readonly FeedZone[]): PublicSubnet[] {
    const { vpcId } = this.vpc;
    const gateway = new CfnInternetGateway(this, 'InternetGateway');
    const attachment = new CfnVPCGatewayAttachment(this, 'GatewayAttachment', {
      vpcId,
      internetGatewayId: gateway.ref,
    });
    return zones.map(({ id, cidrBlock, availabilityZone, availabilityZoneId }) => {
      const subnet = new PublicSubnet(this, id, {
        vpcId,
        cidrBlock,
        availabilityZone: availabilityZone ?? '',
        // The service says which task gets an address; nothing else that is put here gets one by itself.
        mapPublicIpOnLaunch: false,
      });
      const resource = subnet.node.defaultChild as CfnSubnet;
      resource.availabilityZone = availabilityZone;
      resource.availabilityZoneId = availabilityZoneId;
      if (availabilityZone !== undefined) {
        Validations.of(resource).acknowledge({
          id: 'CloudFormation-Validate::F3020',
          reason: 'Where the subnet has the id of a zone its name is AWS::NoValue, and the other way round.',
        });
      }
      subnet.addDefaultInternetRoute(gateway.ref, attachment);
      return subnet;
    });
  }
}
