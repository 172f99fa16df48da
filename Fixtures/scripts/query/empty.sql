;
--! simple
;
; ;
-- nothing;
