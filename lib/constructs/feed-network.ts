import { type ISubnet, type IVpc, Peer, Port, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Tags, Validations } from 'aws-cdk-lib/core';
import { Construct, type IDependable } from 'constructs';
import type { Settings } from '#lib/settings/settings.ts';
import { FeedVpc } from './feed-vpc.ts';

const HTTPS = 443;

/** Props of `FeedNetwork`. */
export type FeedNetworkProps = {
  readonly settings: Settings;
};

/**
 * Where the feed's task runs: a VPC that is there already, or one of our own with public subnets and no NAT gateway,
 * which would cost three times what the task does. Nothing comes in; out go TLS and the feed's own port.
 */
export class FeedNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly securityGroup: SecurityGroup;
  /** Whether the task needs an address of its own to reach the internet. */
  readonly assignPublicIp: boolean;
  /** What must be there before a task can reach anything. */
  readonly reachable: readonly IDependable[];

  constructor(scope: Construct, id: string, { settings }: FeedNetworkProps) {
    super(scope, id);
    const { ATOM_SYNC_VPC_ID: vpcId, ATOM_SYNC_SUBNET_IDS: subnetIds } = settings;
    if (vpcId !== undefined && subnetIds !== undefined) {
      // Not `Vpc.fromLookup`: it asks an account, and synthesis has none.
      // The zones belong to subnets that would be given with it; ours come by themselves, so any one will do.
      this.vpc = Vpc.fromVpcAttributes(this, 'GivenVpc', { vpcId, availabilityZones: ['any'] });
      this.subnets = subnetIds.map((subnetId) => this.givenSubnet(subnetId));
      this.assignPublicIp = settings.ATOM_SYNC_ASSIGN_PUBLIC_IP;
      this.reachable = [];
    } else {
      const { vpc, subnets } = new FeedVpc(this, 'Own', { settings });
      this.vpc = vpc;
      this.subnets = subnets;
      this.assignPublicIp = true;
      this.reachable = this.subnets.map((subnet) => subnet.internetConnectivityEstablished);
    }
    this.securityGroup = this.createSecurityGroup(settings);
  }

  private givenSubnet(subnetId: string): ISubnet {
    const subnet = Subnet.fromSubnetId(this, subnetId, subnetId);
    Validations.of(subnet).acknowledge({
      id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'Nothing is routed here: the routes of a given subnet are its owner’s.',
    });
    return subnet;
  }

  private createSecurityGroup(settings: Settings): SecurityGroup {
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'The real-time feed: nothing in, TLS out.',
      allowAllOutbound: false,
    });
    const ports = new Set([HTTPS, Number(new URL(settings.ATOM_SAAS_WS_URL).port) || HTTPS]);
    for (const port of ports) group.addEgressRule(Peer.anyIpv4(), Port.tcp(port));
    Tags.of(group).add('Name', `${settings.ATOM_SYNC_STACK_NAME}-feed`);
    return group;
  }
}
