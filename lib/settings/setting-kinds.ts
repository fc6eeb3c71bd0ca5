/**
 * The kinds of settings. Each reads a text and describes its range in the words that follow "must be": the one source
 * of the messages and of the documentation.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { isLoopbackHost } from '#core/loopback-host.ts';
import { type RangedSetting, SETTING_RANGES } from '#core/setting-ranges.ts';
import { isPublicAddress } from '#core/tickets/webhook/public-address.ts';

const BOOLEANS = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

/** True or false, in the words that people write; undefined where it is not set. */
export function flagOrUnset() {
  return z
    .string()
    .transform((text, context) => BOOLEANS.get(text.toLowerCase()) ?? refuse(context))
    .optional()
    .describe('true or false (also yes or no, 1 or 0)');
}

/** The same with a default. */
export function flag(fallback: boolean) {
  const kind = flagOrUnset();
  return kind
    .unwrap()
    .default(fallback)
    .describe(kind.description ?? '');
}

/** A whole number in its range. Digits only: `Number()` would take "1e3", "0x10" and " " as numbers, `parseInt` "15abc". */
export function integer(name: RangedSetting, fallback: number) {
  const { min, max } = SETTING_RANGES[name];
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,8})$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback)
    .describe(`a whole number from ${min} to ${max}`);
}

/** A number in its range, with up to six decimals; never in the form that `Number()` writes as an exponent. */
export function amount(name: RangedSetting, fallback: number) {
  const { min, max } = SETTING_RANGES[name];
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,8})(\.\d{1,6})?$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback)
    .describe(`a number from ${min} to ${max}`);
}

/** A text of a form that its range describes. */
export function pattern(form: RegExp, range: string) {
  return z.string().regex(form).optional().describe(range);
}

/** What is a credential or a part of one: no message shows its value, and no template has it. */
export function secret() {
  return pattern(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');
}

const MAX_LISTED = 50;

/** A list of up to 50 different words of a form, separated by commas; none by default. */
export function words(form: RegExp, range: string) {
  return z
    .string()
    .transform((text, context) => {
      const list = text.split(',').map((part) => part.trim());
      const good = list.length <= MAX_LISTED && list.every((word) => form.test(word));
      return good && new Set(list).size === list.length ? list : refuse(context);
    })
    .default(() => [])
    .describe(`up to ${MAX_LISTED} different ${range}, separated by commas`);
}

/** One of a few words. */
export function choice<const T extends string>(options: readonly T[], fallback: NoInfer<T>) {
  return z
    .enum(options)
    .default(() => fallback)
    .describe(`one of ${options.join(', ')}`);
}

/** Whether the address may carry a token: encrypted or loopback, and nothing secret in its own text. */
export function isAllowedUrl(text: string, protocol: 'http' | 'ws'): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || /[\s?#]/.test(text)) return false;
  const plain = url.protocol === `${protocol}:` && isLoopbackHost(url.hostname);
  return plain || url.protocol === `${protocol}s:`;
}

/** The range of an address that may carry a token. */
export const urlRange = (protocol: 'http' | 'ws') =>
  `an ${protocol}s:// address, or ${protocol}:// on this computer's own loopback, ` +
  'without user name, password, query or fragment';

/** An address without a slash at its end. */
export function baseUrl(protocol: 'http' | 'ws', fallback: string) {
  return z
    .string()
    .refine((text) => isAllowedUrl(text, protocol))
    .transform((text) => text.replace(/\/+$/, ''))
    .default(fallback)
    .describe(urlRange(protocol));
}

/** A host that is no address: where it leads is for whoever calls it to see. */
function isName(host: string): boolean {
  return isIP(host.replace(/^\[(.*)\]$/, '$1')) === 0;
}

/** Where others are told of something: an address that no one can turn into a way into a private network. */
export function webhookUrl() {
  return z
    .string()
    .refine((text) => {
      const host = URL.parse(text)?.hostname ?? '';
      return isAllowedUrl(text, 'http') && (isLoopbackHost(host) || isName(host) || isPublicAddress(host));
    })
    .optional()
    .describe(`${urlRange('http')}; never the number of a private address`);
}

/** Origins of browsers; none by default. */
export function origins() {
  return z
    .string()
    .transform((text, context) => {
      const list = text.split(',').map((part) => part.trim());
      const good = list.every((part) => isAllowedUrl(part, 'http') && URL.parse(part)?.origin === part);
      return good ? list : refuse(context);
    })
    .default(() => [])
    .describe('origins separated by commas, such as https://app.example.com; no path, no *; empty is off');
}

/** ECS takes no more for a service. */
const MAX_SUBNETS = 16;

/** Subnets that are there already. */
export function subnetIds() {
  return z
    .string()
    .transform((text, context) => {
      const ids = text.split(',').map((part) => part.trim());
      const good = ids.every((id) => /^subnet-[0-9a-f]{8,17}$/.test(id)) && new Set(ids).size === ids.length;
      return good && ids.length <= MAX_SUBNETS ? ids : refuse(context);
    })
    .optional()
    .describe(
      `up to ${MAX_SUBNETS} different ids of subnets separated by commas, such as subnet-0123456789abcdef0`,
    );
}

/** Zones by their ids, which mean the same in each account, as the names do not. */
export function zoneIds() {
  return z
    .string()
    .transform((text, context) => {
      const ids = text.split(',').map((part) => part.trim());
      const good = ids.every((id) => /^[a-z]{2,5}\d-az[1-9]$/.test(id)) && new Set(ids).size === ids.length;
      const regions = new Set(ids.map((id) => id.split('-')[0]));
      return good && regions.size === 1 && (ids.length === 2 || ids.length === 3) ? ids : refuse(context);
    })
    .optional()
    .describe(
      'two or three different ids of zones of one region separated by commas, such as use1-az1,use1-az2',
    );
}

function refuse(context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom' });
  return z.NEVER;
}
