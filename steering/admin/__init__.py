from steering.admin.interest import InterestAdmin
from steering.admin.seats import RoleDescriptionAdmin, SeatAdmin

__all__ = ["InterestAdmin", "RoleDescriptionAdmin", "SeatAdmin"]
