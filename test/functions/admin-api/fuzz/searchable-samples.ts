import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import { versionOf } from '#core/skills/skill.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import { POLICY } from '#test/contracts/versions.ts';
import type { DeployedHandler } from '#test/functions/admin-api/deployed-handler.ts';
import { recordingLog } from '#test/functions/admin-api/recording-log.ts';

/** What a fuzzer is most likely to ask for: single letters and digits, words of other scripts, signs, a large skill. */
const NAMES = [
  ...[...'abcdefghijklmnopqrstuvwxyz0123456789'].map((letter) => `${letter} ${letter}${letter}`),
  ...[
    'the',
    'null',
    'true',
    '天气预报',
    '東京',
    '날씨',
    'חיפוש',
    'café é ü ñ ß æ',
    '🔥',
    '.*',
    '"',
    '\\',
    '%00',
    '&amp;',
  ],
  ...['À Á Â Ã Ä Å Æ Ç', 'ø ð þ ÿ', '² ½ µ', 'constructor', '__proto__', 'clean csv'],
];
const LARGE = 1_500_000;

/** Puts skills into the table that queries of any kind find, more of them than a page has. */
export async function fillSearchable({ table: { client, name } }: Pick<DeployedHandler, 'table'>) {
  const table = { client, name, log: recordingLog([]) };
  const store = createSkillStore(createSkillEntries(table), POLICY);
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 3_600_000);
  for (const [at, text] of NAMES.entries()) {
    const skill = {
      ...{
        skill_id: `sample-${at}`,
        name: text,
        description: `${text} ${NAMES.join(' ')}`,
        category: 'data',
      },
      ...{ tags: [text, 'csv', 'clean csv'], ...(at % 10 === 0 ? { code: 'x'.repeat(LARGE) } : {}) },
    };
    await store.put(versionOf(skill), { observedAt: now.getTime(), now, expiresAt, fence: undefined });
  }
}
