import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeployedHandler, deployHandler } from '#test/functions/admin-api/deployed-handler.ts';
import { fillTable } from '#test/functions/admin-api/sample-data.ts';

/** Attributes of a skill's item. */
const ATTRIBUTES = [
  ...['pk', 'sk', 'shard', 'updatedAt', 'hash', 'rank', 'expiresAt', 'fence', 'deletedAt', 'observedAt'],
  ...['remote', 'local', 'base', 'edited', 'editRevision', 'editedAt', 'editedBy'],
  ...['settled', 'conflictId', 'detectedAt', 'dueAt', 'work', 'severity'],
];

describe('An edit of fields that are called like the table’s attributes', () => {
  let deployed: DeployedHandler;
  beforeAll(async () => {
    deployed = await deployHandler();
    await fillTable(deployed);
  });
  afterAll(() => deployed.stop());

  it('is kept as data: the skill is found and edited as before', async () => {
    // Prepare
    const token = await deployed.issuer.sign({ claims: { 'cognito:groups': ['INTERN'] } });
    const call = (path: string, method = 'GET', body?: unknown) =>
      deployed.call({ method, path, body, token });
    const fields = Object.fromEntries(ATTRIBUTES.map((name) => [name, `our ${name}`]));

    // Act
    const edited = await call('/api/skills/csv-cleaner', 'PUT', fields);
    const again = await call('/api/skills/csv-cleaner', 'PUT', { description: 'polished' });

    // Assess
    expect(edited).toMatchObject({ status: 200, body: { edited: true, skill: fields } });
    expect(again).toMatchObject({ status: 200, body: { skill: { ...fields, description: 'polished' } } });
    expect((await call('/api/skills/csv-cleaner')).body.skill).toEqual(again.body.skill);
    const found = await call('/api/skills?category=data&query=polished');
    expect(found.body.skills).toEqual([{ ...again.body.skill, score: expect.any(Number) }]);
  });
});
