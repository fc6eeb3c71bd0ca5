import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '#core/tickets/webhook/public-address.ts';

describe('Function: isPublicAddress', () => {
  it.each([
    '93.184.215.14',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '198.20.0.1',
    '2606:2800:220:1::1',
    '2a00:1450::1',
  ])('is true of %s', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    '127.0.0.1',
    '127.255.255.255',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:93.184.215.14',
    '64:ff9b::a00:1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '2002:a00:1::1',
    '2001:0:1::1',
    'example.com',
    '',
    '10.1',
  ])('is false of %s', (address) => expect(isPublicAddress(address)).toBe(false));
});
