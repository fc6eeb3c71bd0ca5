/** CloudFormation metadata that holds the function's name in `functions/`; the local run finds it by this. */
export const FUNCTION_METADATA_KEY = 'atom-sync:function';
