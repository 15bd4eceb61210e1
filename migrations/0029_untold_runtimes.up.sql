-- Since when a runtime is offline, or there again, without all of its sessions having said so: whoever tells them may be
-- killed in the middle, and nothing else tells later that it has changed.
alter table runtimes add column untold_since timestamptz;
