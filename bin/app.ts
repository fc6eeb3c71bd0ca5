import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AtomSyncStack } from '#lib/atom-sync-stack.ts';
import { loadDeploymentSettings } from '#lib/settings/deployment-settings.ts';
import { SettingsError } from '#lib/settings/settings.ts';

try {
  const settings = loadDeploymentSettings(process.env);
  const app = new App({ analyticsReporting: false });
  new AtomSyncStack(app, 'AtomSync', { settings });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
