/** The limits of an account, and the headers that tell of them. */
import type { MinuteWindow } from '#local/http/minute-window.ts';
import type { Account } from '#local/zendesk/account.ts';
import { type Call, isIncremental } from '#local/zendesk/http/calls.ts';
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';
import type { RateLimit, ZendeskSettings } from '#local/zendesk/settings.ts';
import { tooManyRequests } from './failures.ts';

const MINUTE_MS = 60_000;

/** Where a call stands: the 429 that it gets, or undefined, and the headers of its answer. */
export type Admission = {
  readonly refusal: Draft | undefined;
  readonly headers: Readonly<Record<string, string>>;
};

type Use = { readonly total: number; readonly remaining: number; readonly resetSeconds: number };

/** Counts a call of an account and says whether it may pass. Calls that may not do not count. */
export function admit(account: Account, call: Call, settings: ZendeskSettings, nowMs: number): Admission {
  const { all, incremental } = account.admitted;
  const isExport = isIncremental(call.route);
  const isFull = isAtLimit(all, settings.accountPerMinute, nowMs);
  const isExportFull = isExport && isAtLimit(incremental, settings.incrementalPerMinute, nowMs);
  const isRefused = isFull || isExportFull;
  if (!isRefused) {
    all.add(nowMs);
    if (isExport) incremental.add(nowMs);
  }
  const use = useOf(all, settings.accountPerMinute, nowMs);
  const exportUse = isExport ? useOf(incremental, settings.incrementalPerMinute, nowMs) : undefined;
  const resetSeconds = (isExportFull ? exportUse : use)?.resetSeconds ?? 0;
  return {
    refusal: isRefused ? tooManyRequests(settings.tooMany, resetSeconds, isExportFull) : undefined,
    headers: { ...accountHeaders(use, settings), ...exportHeaders(exportUse, settings) },
  };
}

function isAtLimit(window: MinuteWindow, limit: RateLimit, nowMs: number): boolean {
  return limit !== 'off' && window.count(nowMs) >= limit;
}

function useOf(window: MinuteWindow, limit: RateLimit, nowMs: number): Use | undefined {
  if (limit === 'off') return undefined;
  const remaining = Math.max(0, limit - window.count(nowMs));
  const oldest = window.oldest() ?? nowMs;
  return {
    total: limit,
    remaining,
    resetSeconds: Math.max(1, Math.ceil((oldest + MINUTE_MS - nowMs) / 1000)),
  };
}

function accountHeaders(use: Use | undefined, { rateHeaders }: ZendeskSettings): Record<string, string> {
  if (use === undefined || rateHeaders === 'none') return {};
  const limit = String(use.total);
  const remaining = String(use.remaining);
  return {
    'x-rate-limit': limit,
    'x-rate-limit-remaining': remaining,
    'ratelimit-limit': limit,
    'ratelimit-remaining': remaining,
    'ratelimit-reset': String(use.resetSeconds),
  };
}

function exportHeaders(use: Use | undefined, { rateHeaders }: ZendeskSettings): Record<string, string> {
  if (use === undefined || rateHeaders === 'none') return {};
  const value = `total=${use.total}; remaining=${use.remaining}; resets=${use.resetSeconds}`;
  return {
    ...(rateHeaders !== 'documented' && { 'zendesk-ratelimit-incremental-exports': value }),
    ...(rateHeaders !== 'seen' && { 'zendesk-ratelimit-incremental-exports-cursor': value }),
  };
}
