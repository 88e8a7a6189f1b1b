import './task-versions-entry.ts';
