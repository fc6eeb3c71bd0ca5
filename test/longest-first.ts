import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ROOT } from './sources.ts';

/** What takes longest, longest first: begun last, it would be waited for while the other cores have nothing to do. */
export const LONGEST = [
  'test/local/start/start.integration.test.ts',
  'test/bench/bench.integration.test.ts',
  'test/functions/realtime-feed/main.integration.test.ts',
  'test/local/start/kill-start.integration.test.ts',
  'test/functions/adapters/dynamodb/moto.integration.test.ts',
  'test/functions/adapters/dynamodb/faults.integration.test.ts',
  'test/functions/skill-sync/waits.integration.test.ts',
  'test/local/services/dead-service.integration.test.ts',
  'test/local/dynamodb/dynamodb-kills.integration.test.ts',
  'test/functions/skill-sync/real-catalogue.integration.test.ts',
  'test/functions/skill-sync/wrong-answers.integration.test.ts',
  'test/functions/adapters/dynamodb/dynamodb-local.integration.test.ts',
  'test/functions/skill-sync/kill.integration.test.ts',
  'test/functions/realtime-feed/load.integration.test.ts',
  'test/functions/rating-upload/handlers.integration.test.ts',
  'test/functions/rating-upload/faults.integration.test.ts',
  'test/functions/token-rotation/rotation-while-syncing.integration.test.ts',
  'test/bin/app.integration.test.ts',
  'test/functions/skill-sync/odd-records.integration.test.ts',
  'test/functions/adapters/dynamodb/dynalite.integration.test.ts',
  'test/functions/rating-upload/asked-to-wait.integration.test.ts',
  'test/lib/template-churn.integration.test.ts',
  'test/functions/admin-api/http/too-large.test.ts',
  'test/functions/adapters/dynamodb/memory-stores.test.ts',
  'test/functions/admin-api/audit/audit-changes.property.test.ts',
];

/** Begins with the files of `LONGEST`; the others come as Vitest has them, the unit project last. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.indexOf(relative(ROOT, moduleId));
      return at < 0 ? LONGEST.length : at;
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
