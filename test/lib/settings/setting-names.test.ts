import { describe, expect, it } from 'vitest';
import { LOCAL_SETTING_NAMES, mistypedNames, shownName } from '#lib/settings/setting-names.ts';
import { settingsSchema } from '#lib/settings/settings.ts';

const KNOWN = [...Object.keys(settingsSchema.shape), ...LOCAL_SETTING_NAMES];

describe('mistypedNames', () => {
  it.each([
    ['ENABLE_SCHEDULR', 'ENABLE_SCHEDULER'],
    ['ENABLE_SHEDULER', 'ENABLE_SCHEDULER'],
    ['ENABLE_SCHEDULERS', 'ENABLE_SCHEDULER'],
    ['ENABLED_SCHEDULER', 'ENABLE_SCHEDULER'],
    ['ENABLE_SCHEDULRE', 'ENABLE_SCHEDULER'],
    ['ENABLESCHEDULER', 'ENABLE_SCHEDULER'],
    ['enable_scheduler', 'ENABLE_SCHEDULER'],
    ['Enable_Scheduler', 'ENABLE_SCHEDULER'],
    ['ATOM_INSTANCEID', 'ATOM_INSTANCE_ID'],
    ['ATOM_INSTANCE', 'ATOM_INSTANCE_ID'],
    ['ATOM_INSTANCE_IDS', 'ATOM_INSTANCE_ID'],
    ['ATOM_SASS_API_URL', 'ATOM_SAAS_API_URL'],
    ['ATM_SAAS_API_TOKEN', 'ATOM_SAAS_API_TOKEN'],
    ['ATOM_SYNC_STACK', 'ATOM_SYNC_STACK_NAME'],
    ['atom_saas_page_size', 'ATOM_SAAS_PAGE_SIZE'],
    ['ATOM_LOCAL_MARKETPLACE_SKILS', 'ATOM_LOCAL_MARKETPLACE_SKILLS'],
    ['ZENDESK_SUBDOMIAN', 'ZENDESK_SUBDOMAIN'],
    ['ANTHROPIC_API_KYE', 'ANTHROPIC_API_KEY'],
    ['TICKETS_ENABLE', 'TICKETS_ENABLED'],
    ['TICKET_ENABLED', 'TICKETS_ENABLED'],
    ['CLAUDE_MODES', 'CLAUDE_MODE'],
    ['CLAUDE_BUDGET_USD_PER_DAYS', 'CLAUDE_BUDGET_USD_PER_DAY'],
  ])('asks whether %s means %s', (name, meant) => {
    expect(mistypedNames([name], KNOWN)).toEqual([`${name} is not a setting; did you mean ${meant}?`]);
  });

  it('leaves the names of others alone, near to short ones of ours though they may be', () => {
    const others = `PATH HOME PWD SHELL USER LANG TERM TMPDIR TZ CI PORTS SPORT PORT_RANGE HOST_PORT port SORT
      DATADIR DATA_DIRS PGDATA XDG_DATA_DIRS DATA_HOME ATOM_HOME ATOM ENABLE ENABLE_LSP_TOOL SCHEDULER
      ENABLE_EXPERIMENTAL_SCHEDULER_V2 NODE_ENV npm_config_cache AWS_REGION CDK_OUTDIR ANTHROPIC_API_KEY ZENDESK_EMAIL
      TICKETS_ENABLED GITHUB_TOKEN SAAS_API_URL ANTHROPIC_AUTH_TOKEN ANTHROPIC_MODEL CLAUDECODE CLAUDE_CODE
      CLAUDE_CODE_ENTRYPOINT CLAUDE_MODEL CLAUDE_CONFIG_DIR ZENDESK_TOKEN ZENDESK_USER TICKET TICKETS`.split(
      /\s+/,
    );
    expect(mistypedNames([...others, ...KNOWN], KNOWN)).toEqual([]);
  });
});

describe('shownName', () => {
  it.each(['FOO', 'FOO_1', 'foo_bar', '_X'])('shows %s', (name) => {
    expect(shownName(name)).toBe(name);
  });

  it.each(['c2VjcmV0', 'aB', 'deadbeef01', 'A'.repeat(65)])('hides %s', (name) => {
    expect(shownName(name)).toBe('(hidden)');
  });
});
