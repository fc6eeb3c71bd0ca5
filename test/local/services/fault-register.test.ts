import { describe, expect, it } from 'vitest';
import { FaultRegister, hit } from '#local/services/fault-register.ts';

type Fault = { readonly kind: string; readonly times?: number | 'always'; readonly after?: number };

/** A simulator whose requests all faults are about. */
class Register extends FaultRegister<Fault> {
  request(): string[] {
    const met = this.active.filter((entry) => hit(entry)).map(({ fault }) => fault.kind);
    this.forgetSpent();
    return met;
  }
}

describe('Class: FaultRegister', () => {
  it('has a fault hit once unless told otherwise', () => {
    const faults = new Register();
    faults.add({ kind: 'once' });
    faults.add({ kind: 'twice', times: 2 });
    faults.add({ kind: 'always', times: 'always' });
    expect([faults.request(), faults.request(), faults.request()]).toEqual([
      ['once', 'twice', 'always'],
      ['twice', 'always'],
      ['always'],
    ]);
  });

  it('lets requests pass before the first that it hits', () => {
    const faults = new Register();
    faults.add({ kind: 'late', after: 2 });
    expect([faults.request(), faults.request(), faults.request(), faults.request()]).toEqual([
      [],
      [],
      ['late'],
      [],
    ]);
  });

  it('lists what is left, and ends one or all', () => {
    const faults = new Register();
    const first = faults.add({ kind: 'a', times: 3 });
    faults.add({ kind: 'b', times: 3 });
    faults.add({ kind: 'c', times: 3 });
    faults.request();
    expect(faults.list()[0]).toEqual({ id: first, fault: { kind: 'a', times: 3 }, hits: 1, left: 2 });
    expect(faults.clear(first)).toBe(1);
    expect(faults.clear(first)).toBe(0);
    expect(faults.list().map(({ fault }) => fault.kind)).toEqual(['b', 'c']);
    expect(faults.clear()).toBe(2);
  });
});
