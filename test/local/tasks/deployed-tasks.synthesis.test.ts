import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings, type RawSettings } from '#lib/settings/settings.ts';
import { synthesize } from '#lib/synthesize.ts';
import { readTasks } from '#local/tasks/deployed-tasks.ts';
import type { DeploymentSource } from '#local/template/deployment.ts';
import { createResourceNames } from '#local/template/resource-names.ts';
import { createResolver } from '#local/template/template.ts';
import { imageFolder, inlineCode } from '#test/lib/test-stack.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

/** The stack as it is deployed, but for its bundles. */
function deployed(
  env: RawSettings = {},
  change: (template: DeploymentSource['synthesized']) => void = () => {},
) {
  const settings = loadSettings(env, { dotenv: false });
  const options = { outdir: temporaryDirectory(), codeFor: inlineCode, imageFor: imageFolder };
  const synthesized = synthesize(settings, options);
  change(synthesized);
  const pseudo = { region: 'us-east-1', accountId: '000000000000', stackName: 'atom-sync' };
  const addresses = { queueUrl: (name: string) => name, apiUrl: 'http://api' };
  const names = createResourceNames(synthesized.template, pseudo, addresses);
  return { synthesized, names, resolver: createResolver(synthesized.template, pseudo, names) };
}

describe('Function: readTasks', () => {
  it('finds the feed with its environment resolved and its image’s folder', () => {
    const [task, ...others] = readTasks(deployed({ ATOM_SAAS_WS_URL: 'ws://127.0.0.1:4000/ws' }));
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      name: 'realtime-feed',
      volumes: ['/tmp'],
      memoryMb: 512,
      stopTimeoutMs: 30_000,
      count: 1,
      environment: {
        TABLE_NAME: expect.stringMatching(/^atom-sync-SyncTable/),
        TOKEN_SECRET_ID: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:/),
        SKILL_SYNC_FUNCTION_NAME: 'atom-sync-skill-sync',
        ATOM_SAAS_WS_URL: 'ws://127.0.0.1:4000/ws',
      },
    });
    expect(existsSync(join(task!.codeDir, 'Dockerfile'))).toBe(true);
  });

  it('finds none where there is none, and runs none where the service has none', () => {
    expect(readTasks(deployed({ ATOM_SAAS_WS_ENABLED: 'false' }))).toEqual([]);
    expect(readTasks(deployed({ ENABLE_SCHEDULER: 'false' }))).toMatchObject([{ count: 0 }]);
  });

  it('names a task that it can not run', () => {
    const source = deployed({}, ({ template }) => {
      for (const resource of Object.values(template.Resources))
        if (resource.Type === 'AWS::ECS::TaskDefinition') Object.assign(resource, { Metadata: {} });
    });
    expect(() => readTasks(source)).toThrow(/The task RealtimeFeedTask\w+ has no bundle to run/);
  });
});
