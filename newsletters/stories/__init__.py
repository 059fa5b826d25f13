"""Stories on their way: sent by members, decided by the manager, read on the noticeboard."""
