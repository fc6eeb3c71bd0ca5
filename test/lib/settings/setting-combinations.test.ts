import { describe, expect, it } from 'vitest';
import { failure, load } from './load.ts';

describe('Settings that belong together', () => {
  it('refuses an issuer without an audience, and the other way round', () => {
    expect(failure({ ATOM_SYNC_JWT_ISSUER: 'https://login.example.com' }).message).toContain(
      'ATOM_SYNC_JWT_AUDIENCE is not set',
    );
    expect(failure({ ATOM_SYNC_JWT_AUDIENCE: 'atom' }).message).toContain('ATOM_SYNC_JWT_ISSUER is not set');
  });

  it('refuses lists that together would not fit into a function’s environment', () => {
    const areas = (bytes: number) => `billing: ${'ü'.repeat((bytes - 9) / 2)}`;
    const machines = (count: number) =>
      Array.from({ length: count }, (_, n) => `agent-${n}:INTERN`).join(',');
    const lists = (count: number, bytes: number) => ({
      TICKET_PRODUCT_AREAS: areas(bytes),
      ...(count > 0 && { ATOM_SYNC_MACHINE_CLIENTS: machines(count) }),
    });
    expect(() => load(lists(40, 919))).not.toThrow();
    expect(() => load(lists(40, 921))).toThrow('take 2001 bytes');
    expect(() => load(lists(0, 2_001))).toThrow('TICKET_PRODUCT_AREAS and ATOM_SYNC_MACHINE_CLIENTS take');
  });

  it('refuses machines at an issuer that is not the stack’s own, but for that of npm start', () => {
    const atIssuer = (issuer: string) => ({
      ATOM_SYNC_JWT_ISSUER: issuer,
      ATOM_SYNC_JWT_AUDIENCE: 'atom',
      ATOM_SYNC_MACHINE_CLIENTS: 'agent-1:INTERN',
    });
    expect(failure(atIssuer('https://login.example.com')).message).toContain(
      'ATOM_SYNC_MACHINE_CLIENTS is set beside ATOM_SYNC_JWT_ISSUER',
    );
    expect(load(atIssuer('http://127.0.0.1:4000')).ATOM_SYNC_MACHINE_CLIENTS).toEqual(['agent-1:INTERN']);
  });

  it('takes subnets only with their VPC, and both only as ids', () => {
    const vpc = 'vpc-0123456789abcdef0';
    const [first, second] = ['subnet-01234567', 'subnet-0123456789abcdef1'];
    expect(load({ ATOM_SYNC_VPC_ID: vpc, ATOM_SYNC_SUBNET_IDS: `${first}, ${second}` })).toMatchObject({
      ATOM_SYNC_VPC_ID: vpc,
      ATOM_SYNC_SUBNET_IDS: [first, second],
    });
    expect(failure({ ATOM_SYNC_VPC_ID: vpc }).message).toContain('ATOM_SYNC_SUBNET_IDS is not set');
    expect(failure({ ATOM_SYNC_SUBNET_IDS: first }).message).toContain('ATOM_SYNC_VPC_ID is not set');
    for (const ids of ['subnet-1', `${first},`, `${first},${first}`, `${first} ${second}`, vpc])
      expect(failure({ ATOM_SYNC_VPC_ID: vpc, ATOM_SYNC_SUBNET_IDS: ids }).problems).toHaveLength(1);
    expect(failure({ ATOM_SYNC_VPC_ID: first, ATOM_SYNC_SUBNET_IDS: first }).problems).toHaveLength(1);
    const many = (n: number) => Array.from({ length: n }, (_, i) => `subnet-${10_000_000 + i}`).join();
    expect(load({ ATOM_SYNC_VPC_ID: vpc, ATOM_SYNC_SUBNET_IDS: many(16) }).ATOM_SYNC_SUBNET_IDS).toHaveLength(
      16,
    );
    expect(failure({ ATOM_SYNC_VPC_ID: vpc, ATOM_SYNC_SUBNET_IDS: many(17) }).problems).toHaveLength(1);
  });

  it('takes two or three zones of one region by their ids, and none where the VPC is given', () => {
    const zones = (ids: string) => ({ ATOM_SYNC_FEED_ZONE_IDS: ids });
    expect(load(zones('use1-az4, use1-az6')).ATOM_SYNC_FEED_ZONE_IDS).toEqual(['use1-az4', 'use1-az6']);
    expect(load(zones('apne1-az1,apne1-az2,apne1-az4')).ATOM_SYNC_FEED_ZONE_IDS).toHaveLength(3);
    for (const ids of [
      'use1-az1',
      'use1-az1,use1-az1',
      'use1-az1,euw1-az2',
      'us-east-1a,us-east-1b',
      'use1-az1,use1-az2,',
      'use1-az1,use1-az2,use1-az4,use1-az5',
    ])
      expect(failure(zones(ids)).message, ids).toContain('ids of zones of one region');
    const given = { ATOM_SYNC_VPC_ID: 'vpc-0123456789abcdef0', ATOM_SYNC_SUBNET_IDS: 'subnet-01234567' };
    expect(failure({ ...given, ...zones('use1-az1,use1-az2') }).problems).toEqual([
      expect.stringContaining('ATOM_SYNC_FEED_ZONE_IDS is set together with ATOM_SYNC_VPC_ID'),
    ]);
  });
});
