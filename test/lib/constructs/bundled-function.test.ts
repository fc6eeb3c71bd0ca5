import { describe, expect, it } from 'vitest';
import { idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

const FUNCTIONS = [
  ['SkillSync', 'skill-sync', 300, 512],
  ['RatingSync', 'rating-sync', 300, 256],
  ['RatingUpload', 'rating-upload', 120, 256],
  ['CacheCleanup', 'cache-cleanup', 300, 256],
  ['TokenRotation', 'token-rotation', 180, 256],
  ['AdminApi', 'admin-api', 29, 512],
] as const;

describe('BundledFunction', () => {
  const template = testTemplate();

  it.each(FUNCTIONS)('makes %s an arm64 Node 24 function that logs JSON', (owner, name, timeout, memory) => {
    const fn = template.toJSON().Resources[idOf(template, 'AWS::Lambda::Function', owner)];
    expect(fn.Properties).toMatchObject({
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: timeout,
      MemorySize: memory,
      LoggingConfig: {
        LogFormat: 'JSON',
        ApplicationLogLevel: 'INFO',
        LogGroup: { Ref: idOf(template, 'AWS::Logs::LogGroup', `${owner}FunctionLogs`) },
      },
      Environment: {
        Variables: {
          POWERTOOLS_SERVICE_NAME: name,
          POWERTOOLS_METRICS_NAMESPACE: 'AtomSync/atom-sync',
          POWERTOOLS_LOG_LEVEL: 'INFO',
        },
      },
    });
    expect(fn.Metadata['atom-sync:function']).toBe(name);
    expect(fn.Properties.FunctionName).toBeUndefined();
    expect(fn.Properties.ReservedConcurrentExecutions).toBeUndefined();
  });

  it('traces what jobs do, and the API only where that is set', () => {
    const modes = (made: typeof template) =>
      FUNCTIONS.map(([owner]) => {
        const { Properties } = made.toJSON().Resources[idOf(made, 'AWS::Lambda::Function', owner)];
        return [owner, Properties.TracingConfig?.Mode];
      });
    const traced = testTemplate({ ATOM_SYNC_TRACE_API: 'true' });
    expect(modes(traced)).toEqual(FUNCTIONS.map(([owner]) => [owner, 'Active']));
    expect(modes(template)).toEqual(
      FUNCTIONS.map(([owner]) => [owner, owner === 'AdminApi' ? 'PassThrough' : 'Active']),
    );
    // Lambda passes a caller's trace on by default; without the permission nothing of it is recorded.
    expect(JSON.stringify(statements(template, 'AdminApiFunctionRole'))).not.toContain('xray:');
  });

  it('keeps logs as long as the settings say', () => {
    const groups = Object.values(
      testTemplate({ ATOM_SYNC_LOG_RETENTION_DAYS: '7' }).findResources('AWS::Logs::LogGroup'),
    );
    // Beside the functions': that of the trigger, the API's access log, the feed's own log and that of its network.
    expect(groups).toHaveLength(FUNCTIONS.length + 4);
    for (const group of groups) {
      expect(group.Properties.RetentionInDays).toBe(7);
    }
  });

  it('gives the log level to Lambda and to Powertools alike, or one of them would drop lines', () => {
    const changed = testTemplate({ ATOM_SYNC_LOG_LEVEL: 'debug' });
    const fn = changed.toJSON().Resources[idOf(changed, 'AWS::Lambda::Function', 'SkillSync')].Properties;
    expect(fn.LoggingConfig.ApplicationLogLevel).toBe('DEBUG');
    expect(fn.Environment.Variables.POWERTOOLS_LOG_LEVEL).toBe('DEBUG');
  });

  it.each([
    ['SkillSync', 900],
    ['CacheCleanup', 3600],
  ])('retries events of %s twice within %i s, then keeps them', (owner, seconds) => {
    const fn = idOf(template, 'AWS::Lambda::Function', owner);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: fn },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: seconds,
      DestinationConfig: {
        OnFailure: {
          Destination: { 'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', 'MissedInvocations'), 'Arn'] },
        },
      },
    });
  });
});
