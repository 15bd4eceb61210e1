alter table runtimes drop column untold_since;
