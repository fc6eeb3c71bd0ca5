import { describe, expect, it } from 'vitest';
import { machineClients, machineClientsOf } from '#lib/settings/machine-clients.ts';

const read = (text: string | undefined) => machineClients().safeParse(text).data;

describe('The setting of machines', () => {
  it('names none by default', () => {
    expect(read(undefined)).toEqual([]);
  });

  it('reads names with their levels', () => {
    expect(machineClientsOf(read(' prometheus:SUPERVISED , agent-1:INTERN') ?? [])).toEqual([
      { name: 'prometheus', level: 'SUPERVISED' },
      { name: 'agent-1', level: 'INTERN' },
    ]);
  });

  const many = (count: number) => Array.from({ length: count }, (_, n) => `agent-${n}:STUDENT`).join(',');

  it('takes 40 of them, as API Gateway takes 50 audiences', () => {
    expect(read(many(40))).toHaveLength(40);
    expect(read(many(41))).toBeUndefined();
  });

  it.each([
    'prometheus',
    'prometheus:supervised',
    'prometheus:ADMIN',
    'Prometheus:SUPERVISED',
    '1:STUDENT',
    'a b:STUDENT',
    `${'a'.repeat(33)}:STUDENT`,
    'a:STUDENT,a:INTERN',
    'a:STUDENT,',
    'a:STUDENT:INTERN',
  ])('refuses "%s"', (text) => {
    expect(read(text)).toBeUndefined();
  });
});
