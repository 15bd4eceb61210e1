drop index tasks_made;
