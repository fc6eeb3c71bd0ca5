import { describe, expect, it } from 'vitest';
import { testTemplate } from '#test/lib/test-stack.ts';

const WITH_TICKETS = { ZENDESK_SUBDOMAIN: 'acme', TICKET_WEBHOOK_URL: 'https://hooks.example.com' };

describe('KeptLogGroup', () => {
  const template = testTemplate(WITH_TICKETS);
  const groups = template.findResources('AWS::Logs::LogGroup');
  const named = (policy: string) => Object.keys(groups).filter((id) => groups[id]!.DeletionPolicy === policy);

  it('stays, with its retention, when its part is switched off and when the stack is gone', () => {
    expect(Object.keys(groups).length).toBeGreaterThan(12);
    for (const [id, { DeletionPolicy, UpdateReplacePolicy, Properties }] of Object.entries(groups)) {
      expect(DeletionPolicy, id).toMatch(/^Retain(ExceptOnCreate)?$/);
      expect(UpdateReplacePolicy, id).toBe('Retain');
      expect(Properties.RetentionInDays, id).toBe(30);
    }
  });

  it('survives a failed deployment only where it may say why that failed', () => {
    expect(new Set(named('Retain').map((id) => id.replace(/[\dA-F]{8}$/, '')))).toEqual(
      new Set([
        'TriggerLogs',
        'RealtimeFeedNetworkOwnFlowLogs',
        'RealtimeFeedLogs',
        'TokenRotationFunctionLogs',
      ]),
    );
  });

  it("is every function's, that of the CDK's own included, which would log without end by itself", () => {
    for (const [id, { Properties }] of Object.entries(template.findResources('AWS::Lambda::Function')))
      expect(Object.keys(groups), id).toContain(Properties.LoggingConfig.LogGroup.Ref);
  });

  it('has a name of its own in each stack, or one that CloudFormation makes', () => {
    for (const [id, { Properties }] of Object.entries(groups)) {
      const { LogGroupName } = Properties;
      if (LogGroupName !== undefined) expect(JSON.stringify(LogGroupName), id).toContain('"AWS::StackId"');
    }
  });
});
