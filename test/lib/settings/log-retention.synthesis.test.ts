import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { expect, it } from 'vitest';
import { LOG_RETENTION_DAYS } from '#lib/settings/settings.ts';

it('permits exactly the retentions that CloudWatch permits', () => {
  const permitted = Object.values(RetentionDays).filter(
    (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
  );
  expect([...LOG_RETENTION_DAYS]).toEqual(permitted.toSorted((a, b) => Number(a) - Number(b)));
});
