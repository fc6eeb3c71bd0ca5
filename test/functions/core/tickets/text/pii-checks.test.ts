import { describe, expect, it } from 'vitest';
import { ibanLength, isCard, isIban } from '#core/tickets/text/pii-checks.ts';

describe('Function: isCard', () => {
  it.each([
    '4111111111111111',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '6011111111111117',
    '3530111333300000',
  ])('takes %s', (digits) => {
    expect(isCard(digits)).toBe(true);
  });

  it.each([
    ['a wrong check digit', '4111111111111112'],
    ['a time in microseconds', '1677628800000000'],
    ['nothing but one digit', '0000000000000000'],
    ['too few digits', '41111111111'],
  ])('rejects %s', (_name, digits) => {
    expect(isCard(digits)).toBe(false);
  });
});

describe('Function: isIban', () => {
  it.each([
    'DE89370400440532013000',
    'gb82west12345698765432',
    'FR1420041010050500013M02606',
    'NO9386011117947',
  ])('takes %s', (iban) => {
    expect(isIban(iban)).toBe(true);
  });

  it.each(['DE88370400440532013000', 'DE8937040044053201300', 'XX89370400440532013000', ''])(
    'rejects %s',
    (iban) => {
      expect(isIban(iban)).toBe(false);
    },
  );

  it('knows the length by country', () => {
    expect([ibanLength('de'), ibanLength('MT'), ibanLength('US')]).toEqual([22, 31, undefined]);
  });
});
