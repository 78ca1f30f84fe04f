-- readSearchPath
select current_setting('search_path') as search_path;
