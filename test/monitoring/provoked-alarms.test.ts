import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alarms, provoked } from './provoke.ts';
import './provoke-resource-alarms.ts';
import './provoke-service-alarms.ts';
import './provoke-sync-alarms.ts';
import { provokeAnalysisAlarms, provokeTicketAlarms } from './provoke-ticket-alarms.ts';

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => {
  vi.useRealTimers();
});

describe('What the functions of the tickets send, and what the alarms make of it', provokeTicketAlarms);

describe('What the analysis of tickets sends, and what the alarms make of it', provokeAnalysisAlarms);

describe('All alarms', () => {
  it('were in alarm once in this file, but for the one that others ask', () => {
    expect([...provoked].toSorted()).toEqual(
      [...alarms.keys()].filter((name) => name !== 'SetUp').toSorted(),
    );
  });
});
