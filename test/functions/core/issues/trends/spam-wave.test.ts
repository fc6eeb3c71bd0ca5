import { describe, expect, it } from 'vitest';
import { isAdvertisement, isSpamWave } from '#core/issues/trends/spam-wave.ts';
import { evidenceTicket } from './evidence.ts';

describe('isAdvertisement', () => {
  it.each([
    'Smart loan app customer care helpline number ➒➊⓿➊➊➎ call',
    'How can you reach the airline support number? Dial [PHONE_1]',
    'Attapoll Referral Code ["BKZQJ"] Get $20 for New User',
    'Temu coupon code [acx001] 30% off',
    '☎ +1-202-555-0129 name correction on your ticket',
  ])('is so for %j', (text) => {
    expect(isAdvertisement(text)).toBe(true);
  });

  it.each([
    'How do I contact customer service? I need to talk to someone',
    'The coupon code page of my shop does not load',
    'My bank tells me to call 202-555-0129 because the login fails',
    'WhatsApp web not working',
    '',
  ])('is not so for %j', (text) => {
    expect(isAdvertisement(text)).toBe(false);
  });
});

describe('isSpamWave', () => {
  const written = (requester: (index: number) => string | null, count: number) =>
    Array.from({ length: count }, (_, index) =>
      evidenceTicket(String(index), 'best prices for flights', { requester: requester(index) }),
    );

  it('is so for 25 tickets of 8 people who say the same again and again', () => {
    expect(isSpamWave(written((index) => `u${index % 8}`, 25))).toBe(true);
  });

  it('is not so for many people who say the same: that is an incident', () => {
    expect(isSpamWave(written((index) => `u${index}`, 25))).toBe(false);
    expect(isSpamWave(written((index) => `u${index % 20}`, 25))).toBe(false);
    expect(isSpamWave(written(() => null, 25))).toBe(false);
  });

  it('is not so for few people who say many things', () => {
    const texts = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(
      isSpamWave(texts.map((text, index) => evidenceTicket(text, text, { requester: `u${index % 2}` }))),
    ).toBe(false);
  });

  it('is so when half of the tickets advertise, and not for none', () => {
    const advertisement = evidenceTicket('1', 'Toll free helpline [PHONE_1]');
    expect(isSpamWave([advertisement, evidenceTicket('2', 'it crashes')])).toBe(true);
    expect(
      isSpamWave([advertisement, evidenceTicket('2', 'it crashes'), evidenceTicket('3', 'no sound')]),
    ).toBe(false);
    expect(isSpamWave([])).toBe(false);
  });
});
