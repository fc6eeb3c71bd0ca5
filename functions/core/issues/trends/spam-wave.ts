import type { EvidenceTicket } from './burst-alert.ts';
import { centroidOf, cosineTo } from './text-vector.ts';

/** A telephone number, or what stands in its place where it was redacted. */
const PHONE = /\[PHONE_\d+\]|\+?\(?\d(?:[\s().~*-]{0,3}\d){7,}/;
/** Digits in circles and other shapes, by which spam gets around filters. */
const DISGUISED_DIGITS = /[①-⓿❶-➓０-９\u{1D7CE}-\u{1D7FF}\u{1F100}-\u{1F10C}]{3,}/u;
const HOTLINE =
  /\b(?:help\s?line|toll[\s-]?free|hot\s?line|customer (?:care|service|support)|(?:support|contact|phone) (?:phone )?number|live (?:person|agent|representative)|call (?:us|now))\b/i;
const PROMOTION = /\b(?:coupon|promo|referral|discount|invit(?:e|ation)|voucher)s? codes?\b/i;
const REWARD = /[$€£₹]\s?\d+|\d\s?%\s?(?:off|discount)|\bnew users?\b|\bsign[\s-]?up bonus\b/i;
/** Brackets and signs around words, which people who ask for help do not set. */
const DECORATION = /\{\{|\}\}|\[\[|\]\]|\{<|>\}|【|☎|📞|✆|➤|⓿|~{2}/u;

/** The part of a text in which an advertisement says what it wants. */
const HEAD_CHARS = 400;
const NEAR_IDENTICAL = 0.8;
const LEAST_TICKETS_A_REQUESTER = 1.8;

/**
 * Whether a text advertises: a helpline with its number, or a code with its reward. It stands in for an analysis that
 * says `spam`, where there is none, and takes two cues, as users call hotlines and use coupons, too.
 */
export function isAdvertisement(text: string): boolean {
  const head = text.slice(0, HEAD_CHARS);
  const hasNumber = PHONE.test(head) || DISGUISED_DIGITS.test(head);
  const isDecorated = DECORATION.test(head);
  if (HOTLINE.test(head)) return hasNumber || isDecorated;
  if (PROMOTION.test(head)) return REWARD.test(head) || isDecorated;
  return hasNumber && isDecorated;
}

/**
 * Whether tickets are a wave of spam and no incident: half of them advertise, or few people write the same again and
 * again. Many people who write the same are an incident.
 */
export function isSpamWave(tickets: readonly EvidenceTicket[]): boolean {
  if (tickets.length === 0) return false;
  const half = tickets.length / 2;
  if (tickets.filter(({ text }) => isAdvertisement(text)).length >= half) return true;
  const requesters = new Set(tickets.map(({ id, requester }) => requester ?? `ticket ${id}`)).size;
  return tickets.length >= LEAST_TICKETS_A_REQUESTER * requesters && repeated(tickets) >= half;
}

/** How many tickets say nearly what another of the same requester says. */
function repeated(tickets: readonly EvidenceTicket[]): number {
  return tickets.filter((ticket, index) => {
    if (ticket.requester === null) return false;
    const own = centroidOf([ticket.vector]);
    return tickets.some(
      (other, at) =>
        at !== index &&
        other.requester === ticket.requester &&
        (other.text === ticket.text || cosineTo(own, other.vector) >= NEAR_IDENTICAL),
    );
  }).length;
}
