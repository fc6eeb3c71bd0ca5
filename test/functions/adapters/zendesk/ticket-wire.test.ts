import { describe, expect, it } from 'vitest';
import { readTicket } from '#adapters/zendesk/ticket-wire.ts';
import { parse } from '#core/json/json.ts';

const WIRE = {
  id: 35436,
  created_at: '2026-11-20T10:00:00Z',
  updated_at: '2026-11-21T10:00:00Z',
  generated_timestamp: 1_764_000_000,
  status: 'open',
  priority: 'high',
  type: 'incident',
  via: { channel: 'email', source: { from: { address: 'ann@example.com', name: 'Ann' }, to: {}, rel: null } },
  brand_id: 360000000501,
  ticket_form_id: null,
  tags: ['vip', 7, 'eu'],
  requester_id: 370000000001,
  subject: 'Export fails',
  description: 'It does.',
  custom_fields: [{ id: 1, value: 'x' }],
  fields: [{ id: 1, value: 'x' }],
  metadata: { system: { ip_address: '203.0.113.7' } },
};

describe('readTicket', () => {
  it('reads what we go by, and nothing else', () => {
    expect(readTicket(WIRE)).toEqual({
      ticket: {
        id: '35436',
        createdAt: Date.parse('2026-11-20T10:00:00Z'),
        updatedAt: Date.parse('2026-11-21T10:00:00Z'),
        generatedAt: 1_764_000_000_000,
        status: 'open',
        priority: 'high',
        type: 'incident',
        channel: 'email',
        brandId: '360000000501',
        formId: null,
        tags: ['vip', 'eu'],
        requesterId: '370000000001',
        subject: 'Export fails',
        description: 'It does.',
        mergedInto: null,
      },
    });
  });

  it('takes what is odd and decides nothing as if it were not there', () => {
    const odd = {
      priority: 'HIGH!',
      type: 7,
      via: 'mail',
      brand_id: 'x',
      tags: null,
      requester_id: {},
      subject: undefined,
    };
    expect(readTicket({ ...WIRE, ...odd })).toMatchObject({
      ticket: {
        priority: null,
        type: null,
        channel: 'unknown',
        brandId: null,
        tags: [],
        requesterId: null,
        subject: null,
      },
    });
  });

  it('keeps every digit of an id', () => {
    const wire = parse(
      JSON.stringify(WIRE).replace('35436', '9007199254740993').replace('370000000001', '9007199254740995'),
    );
    expect(readTicket(wire)).toMatchObject({
      ticket: { id: '9007199254740993', requesterId: '9007199254740995' },
    });
  });

  it('goes by the last update where nothing says when it was generated, and by its creation where nothing else is', () => {
    const { generated_timestamp: _none, ...alone } = WIRE;
    expect(readTicket(alone)).toMatchObject({ ticket: { generatedAt: Date.parse(WIRE.updated_at) } });
    expect(readTicket({ ...alone, updated_at: 'soon' })).toMatchObject({
      ticket: { generatedAt: Date.parse(WIRE.created_at) },
    });
  });

  it('makes texts that can be stored of halves of characters', () => {
    expect(readTicket({ ...WIRE, subject: 'a\ud83d', tags: ['\udc00b'] })).toMatchObject({
      ticket: { subject: 'a\ufffd', tags: ['\ufffdb'] },
    });
  });

  it.each([
    [{ ticket_id: 4 }, '4'],
    [{ ticket_ids: [4] }, '4'],
    [{ ticket_ids: [4, 5] }, null],
    [{}, null],
  ])('reads of a merge with %j that it went into %s', (from, mergedInto) => {
    const via = { channel: 'web', source: { rel: 'merge', from, to: {} } };
    expect(readTicket({ ...WIRE, via })).toMatchObject({ ticket: { mergedInto } });
  });

  it('takes no other relation for a merge', () => {
    const via = { channel: 'web', source: { rel: 'follow_up', from: { ticket_id: 4 }, to: {} } };
    expect(readTicket({ ...WIRE, via })).toMatchObject({ ticket: { mergedInto: null } });
  });

  it.each([
    ['an unknown status', { status: 'sleeping' }, '35436', 'status'],
    ['no time of creation', { created_at: 'yesterday' }, '35436', 'created_at'],
    ['a description that is no text', { description: { secret: 'x' } }, '35436', 'description'],
    ['an id that is none', { id: 'abc' }, 'unknown', 'id'],
  ])('says of a ticket with %s which field it is, and not what is in it', (_, fields, id, named) => {
    const read = readTicket({ ...WIRE, ...fields });
    expect(read).toMatchObject({ failed: { id, code: 'ticket_unreadable' } });
    expect(JSON.stringify(read)).toContain(named);
    expect(JSON.stringify(read)).not.toMatch(/secret|yesterday|sleeping/);
  });

  it.each([null, 'x', 7, []])('survives %j', (wire) => {
    expect(readTicket(wire)).toMatchObject({ failed: { id: 'unknown' } });
  });
});
