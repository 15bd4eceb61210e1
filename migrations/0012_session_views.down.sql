drop table session_views;
