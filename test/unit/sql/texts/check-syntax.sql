-- checkSyntax
do $msgdb$ begin return; delete from child
; end $msgdb$;
