#!/usr/bin/env node
// Plain old JavaScript: also a Node that is too old must be able to read this, and say so.
var version = process.versions.node.split('.');
if (Number(version[0]) < 22 || (Number(version[0]) === 22 && Number(version[1]) < 13)) {
  process.stderr.write(
    'sloth-runner needs Node 22.13 or newer; this is Node ' + process.versions.node + '\n',
  );
  process.exit(1);
}
require('../dist/cli.cjs');
